module @step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xf32>, %arg1: tensor<4xf32>, %arg2: tensor<6x16xf32>, %arg3: tensor<16x4xf32>, %arg4: tensor<16x6xf32>, %arg5: tensor<16x4xf32>) -> (tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>) {
    %c0 = stablehlo.constant dense<1.0> : tensor<f32>
    %c1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c2 = stablehlo.constant dense<0.0> : tensor<f32>
    %c3 = stablehlo.constant dense<0.5> : tensor<f32>
    %c4 = stablehlo.constant dense<16.0> : tensor<f32>
    %c5 = stablehlo.constant dense<0.10000000149011612> : tensor<f32>
    %0 = stablehlo.dot_general %arg4, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x6xf32>, tensor<6x16xf32>) -> tensor<16x16xf32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [1] : (tensor<16xf32>) -> tensor<16x16xf32>
    %2 = stablehlo.add %0, %1 : tensor<16x16xf32>
    %3 = stablehlo.tanh %2 : tensor<16x16xf32>
    %4 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<16x16xf32>
    %5 = stablehlo.add %3, %4 : tensor<16x16xf32>
    %6 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<16x16xf32>
    %7 = stablehlo.subtract %6, %3 : tensor<16x16xf32>
    %8 = stablehlo.multiply %5, %7 : tensor<16x16xf32>
    %9 = stablehlo.dot_general %3, %arg3, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x16xf32>, tensor<16x4xf32>) -> tensor<16x4xf32>
    %10 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<4xf32>) -> tensor<16x4xf32>
    %11 = stablehlo.add %9, %10 : tensor<16x4xf32>
    %12 = stablehlo.reduce(%11 init: %c1) applies stablehlo.maximum across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %14 = stablehlo.compare EQ, %11, %13, FLOAT : (tensor<16x4xf32>, tensor<16x4xf32>) -> tensor<16x4xi1>
    %15 = stablehlo.convert %14 : (tensor<16x4xi1>) -> tensor<16x4xf32>
    %16 = stablehlo.reduce(%15 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %17 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %18 = stablehlo.maximum %17, %12 : tensor<16xf32>
    %19 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %20 = stablehlo.compare EQ, %17, %18, FLOAT : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xi1>
    %21 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %22 = stablehlo.select %20, %21, %19 : tensor<16xi1>, tensor<16xf32>
    %23 = stablehlo.compare EQ, %12, %18, FLOAT : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xi1>
    %24 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %25 = stablehlo.select %23, %22, %24 : tensor<16xi1>, tensor<16xf32>
    %26 = stablehlo.reshape %18 : (tensor<16xf32>) -> tensor<16x1xf32>
    %27 = stablehlo.broadcast_in_dim %26, dims = [0, 1] : (tensor<16x1xf32>) -> tensor<16x4xf32>
    %28 = stablehlo.subtract %11, %27 : tensor<16x4xf32>
    %29 = stablehlo.exponential %28 : tensor<16x4xf32>
    %30 = stablehlo.reduce(%29 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %31 = stablehlo.reshape %30 : (tensor<16xf32>) -> tensor<16x1xf32>
    %32 = stablehlo.log %31 : tensor<16x1xf32>
    %33 = stablehlo.broadcast_in_dim %32, dims = [0, 1] : (tensor<16x1xf32>) -> tensor<16x4xf32>
    %34 = stablehlo.subtract %28, %33 : tensor<16x4xf32>
    %35 = stablehlo.multiply %34, %arg5 : tensor<16x4xf32>
    %36 = stablehlo.reduce(%35 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %37 = stablehlo.reduce(%36 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16xf32>, tensor<f32>) -> tensor<f32>
    %38 = stablehlo.divide %37, %c4 : tensor<f32>
    %39 = stablehlo.negate %38 : tensor<f32>
    %40 = stablehlo.negate %c0 : tensor<f32>
    %41 = stablehlo.divide %40, %c4 : tensor<f32>
    %42 = stablehlo.broadcast_in_dim %41, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %43 = stablehlo.broadcast_in_dim %42, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %44 = stablehlo.multiply %43, %arg5 : tensor<16x4xf32>
    %45 = stablehlo.negate %44 : tensor<16x4xf32>
    %46 = stablehlo.reduce(%45 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %47 = stablehlo.broadcast_in_dim %46, dims = [0] : (tensor<16xf32>) -> tensor<16x1xf32>
    %48 = stablehlo.divide %47, %31 : tensor<16x1xf32>
    %49 = stablehlo.reshape %48 : (tensor<16x1xf32>) -> tensor<16xf32>
    %50 = stablehlo.broadcast_in_dim %49, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %51 = stablehlo.multiply %50, %29 : tensor<16x4xf32>
    %52 = stablehlo.add %44, %51 : tensor<16x4xf32>
    %53 = stablehlo.reduce(%52 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16x4xf32>, tensor<f32>) -> tensor<4xf32>
    %54 = stablehlo.dot_general %3, %52, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x16xf32>, tensor<16x4xf32>) -> tensor<16x4xf32>
    %55 = stablehlo.dot_general %52, %arg3, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<16x4xf32>, tensor<16x4xf32>) -> tensor<16x16xf32>
    %56 = stablehlo.multiply %55, %8 : tensor<16x16xf32>
    %57 = stablehlo.reduce(%56 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16x16xf32>, tensor<f32>) -> tensor<16xf32>
    %58 = stablehlo.dot_general %arg4, %56, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x6xf32>, tensor<16x16xf32>) -> tensor<6x16xf32>
    %59 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<6x16xf32>
    %60 = stablehlo.multiply %58, %59 : tensor<6x16xf32>
    %61 = stablehlo.subtract %arg2, %60 : tensor<6x16xf32>
    %62 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %63 = stablehlo.multiply %57, %62 : tensor<16xf32>
    %64 = stablehlo.subtract %arg0, %63 : tensor<16xf32>
    %65 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16x4xf32>
    %66 = stablehlo.multiply %54, %65 : tensor<16x4xf32>
    %67 = stablehlo.subtract %arg3, %66 : tensor<16x4xf32>
    %68 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %69 = stablehlo.multiply %53, %68 : tensor<4xf32>
    %70 = stablehlo.subtract %arg1, %69 : tensor<4xf32>
    return %39, %64, %70, %61, %67 : tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>
  }
}
