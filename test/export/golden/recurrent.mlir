module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x5xf32>, %arg1: tensor<5x5xf32>, %arg2: tensor<5x2xf32>, %arg3: tensor<7x3x4xf32>) -> (tensor<4x5xf32>, tensor<5x5xf32>, tensor<5x2xf32>) {
    %c0 = stablehlo.constant dense<0.0> : tensor<f32>
    %c1 = stablehlo.constant dense<0.0> : tensor<7x3x2xf32>
    %c2 = stablehlo.constant dense<0.0> : tensor<7x3x5xf32>
    %c3 = stablehlo.constant dense<0> : tensor<i32>
    %c4 = stablehlo.constant dense<7> : tensor<i32>
    %c5 = stablehlo.constant dense<1.0> : tensor<f32>
    %c6 = stablehlo.constant dense<1> : tensor<i32>
    %c7 = stablehlo.constant dense<2.0> : tensor<f32>
    %c8 = stablehlo.constant dense<42.0> : tensor<f32>
    %c9 = stablehlo.constant dense<6> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
    %7:6 = stablehlo.while(%1 = %c3, %2 = %0, %3 = %c1, %4 = %c2, %5 = %c2, %6 = %c2) : tensor<i32>, tensor<3x5xf32>, tensor<7x3x2xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>
    cond {
      %8 = stablehlo.compare LT, %1, %c4, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %8 : tensor<i1>
    } do {
      %9 = stablehlo.dynamic_slice %arg3, %1, %c3, %c3, sizes = [1, 3, 4] : (tensor<7x3x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x4xf32>
      %10 = stablehlo.reshape %9 : (tensor<1x3x4xf32>) -> tensor<3x4xf32>
      %11 = stablehlo.dot_general %10, %arg0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
      %12 = stablehlo.dot_general %2, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<3x5xf32>
      %13 = stablehlo.add %11, %12 : tensor<3x5xf32>
      %14 = stablehlo.tanh %13 : tensor<3x5xf32>
      %15 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
      %16 = stablehlo.add %14, %15 : tensor<3x5xf32>
      %17 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
      %18 = stablehlo.subtract %17, %14 : tensor<3x5xf32>
      %19 = stablehlo.multiply %16, %18 : tensor<3x5xf32>
      %20 = stablehlo.dot_general %14, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5x2xf32>) -> tensor<3x2xf32>
      %21 = stablehlo.reshape %20 : (tensor<3x2xf32>) -> tensor<1x3x2xf32>
      %22 = stablehlo.dynamic_update_slice %3, %21, %1, %c3, %c3 : (tensor<7x3x2xf32>, tensor<1x3x2xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<7x3x2xf32>
      %23 = stablehlo.reshape %2 : (tensor<3x5xf32>) -> tensor<1x3x5xf32>
      %24 = stablehlo.dynamic_update_slice %4, %23, %1, %c3, %c3 : (tensor<7x3x5xf32>, tensor<1x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<7x3x5xf32>
      %25 = stablehlo.reshape %19 : (tensor<3x5xf32>) -> tensor<1x3x5xf32>
      %26 = stablehlo.dynamic_update_slice %5, %25, %1, %c3, %c3 : (tensor<7x3x5xf32>, tensor<1x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<7x3x5xf32>
      %27 = stablehlo.reshape %14 : (tensor<3x5xf32>) -> tensor<1x3x5xf32>
      %28 = stablehlo.dynamic_update_slice %6, %27, %1, %c3, %c3 : (tensor<7x3x5xf32>, tensor<1x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<7x3x5xf32>
      %29 = stablehlo.add %1, %c6 : tensor<i32>
      stablehlo.return %29, %14, %22, %24, %26, %28 : tensor<i32>, tensor<3x5xf32>, tensor<7x3x2xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>, tensor<7x3x5xf32>
    }
    %30 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
    %31 = stablehlo.multiply %7#2, %7#2 : tensor<7x3x2xf32>
    %32 = stablehlo.broadcast_in_dim %c7, dims = [] : (tensor<f32>) -> tensor<7x3x2xf32>
    %33 = stablehlo.multiply %7#2, %32 : tensor<7x3x2xf32>
    %34 = stablehlo.reduce(%31 init: %c0) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<7x3x2xf32>, tensor<f32>) -> tensor<f32>
    %35 = stablehlo.divide %34, %c8 : tensor<f32>
    %36 = stablehlo.divide %c5, %c8 : tensor<f32>
    %37 = stablehlo.broadcast_in_dim %36, dims = [] : (tensor<f32>) -> tensor<7x3x2xf32>
    %38 = stablehlo.multiply %37, %33 : tensor<7x3x2xf32>
    %39 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
    %40 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<4x5xf32>
    %41 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x5xf32>
    %42 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x2xf32>
    %48:5 = stablehlo.while(%43 = %c3, %44 = %39, %45 = %40, %46 = %41, %47 = %42) : tensor<i32>, tensor<3x5xf32>, tensor<4x5xf32>, tensor<5x5xf32>, tensor<5x2xf32>
    cond {
      %49 = stablehlo.compare LT, %43, %c4, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %49 : tensor<i1>
    } do {
      %50 = stablehlo.subtract %c9, %43 : tensor<i32>
      %51 = stablehlo.dynamic_slice %38, %50, %c3, %c3, sizes = [1, 3, 2] : (tensor<7x3x2xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x2xf32>
      %52 = stablehlo.reshape %51 : (tensor<1x3x2xf32>) -> tensor<3x2xf32>
      %53 = stablehlo.dynamic_slice %arg3, %50, %c3, %c3, sizes = [1, 3, 4] : (tensor<7x3x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x4xf32>
      %54 = stablehlo.reshape %53 : (tensor<1x3x4xf32>) -> tensor<3x4xf32>
      %55 = stablehlo.dynamic_slice %7#3, %50, %c3, %c3, sizes = [1, 3, 5] : (tensor<7x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x5xf32>
      %56 = stablehlo.reshape %55 : (tensor<1x3x5xf32>) -> tensor<3x5xf32>
      %57 = stablehlo.dynamic_slice %7#4, %50, %c3, %c3, sizes = [1, 3, 5] : (tensor<7x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x5xf32>
      %58 = stablehlo.reshape %57 : (tensor<1x3x5xf32>) -> tensor<3x5xf32>
      %59 = stablehlo.dynamic_slice %7#5, %50, %c3, %c3, sizes = [1, 3, 5] : (tensor<7x3x5xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x3x5xf32>
      %60 = stablehlo.reshape %59 : (tensor<1x3x5xf32>) -> tensor<3x5xf32>
      %61 = stablehlo.dot_general %60, %52, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<3x2xf32>) -> tensor<5x2xf32>
      %62 = stablehlo.dot_general %52, %arg2, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<3x2xf32>, tensor<5x2xf32>) -> tensor<3x5xf32>
      %63 = stablehlo.add %44, %62 : tensor<3x5xf32>
      %64 = stablehlo.multiply %63, %58 : tensor<3x5xf32>
      %65 = stablehlo.dot_general %56, %64, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<3x5xf32>) -> tensor<5x5xf32>
      %66 = stablehlo.dot_general %64, %arg1, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<3x5xf32>
      %67 = stablehlo.dot_general %54, %64, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x4xf32>, tensor<3x5xf32>) -> tensor<4x5xf32>
      %68 = stablehlo.add %45, %67 : tensor<4x5xf32>
      %69 = stablehlo.add %46, %65 : tensor<5x5xf32>
      %70 = stablehlo.add %47, %61 : tensor<5x2xf32>
      %71 = stablehlo.add %43, %c6 : tensor<i32>
      stablehlo.return %71, %66, %68, %69, %70 : tensor<i32>, tensor<3x5xf32>, tensor<4x5xf32>, tensor<5x5xf32>, tensor<5x2xf32>
    }
    return %48#2, %48#3, %48#4 : tensor<4x5xf32>, tensor<5x5xf32>, tensor<5x2xf32>
  }
}
