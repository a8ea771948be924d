module @attentionBlock attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<8x8xf32>, %arg1: tensor<8x8xf32>, %arg2: tensor<8x8xf32>, %arg3: tensor<8x8xf32>, %arg4: tensor<2x5x8xf32>) -> (tensor<2x5x8xf32>) {
    %c0 = stablehlo.constant dense<0.5> : tensor<f32>
    %c1 = stablehlo.constant dense<1.0> : tensor<f32>
    %c2 = stablehlo.constant dense<0> : tensor<i32>
    %c3 = stablehlo.constant dense<0.0> : tensor<f32>
    %c4 = stablehlo.constant dense<-1000000000.0> : tensor<f32>
    %c5 = stablehlo.constant dense<8.0> : tensor<f32>
    %c6 = stablehlo.constant dense<0.000009999999747378752> : tensor<f32>
    %0 = stablehlo.dot_general %arg4, %arg0, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x5x8xf32>, tensor<8x8xf32>) -> tensor<2x5x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<2x5x8xf32>) -> tensor<2x5x2x4xf32>
    %2 = stablehlo.transpose %1, dims = [0, 2, 1, 3] : (tensor<2x5x2x4xf32>) -> tensor<2x2x5x4xf32>
    %3 = stablehlo.dot_general %arg4, %arg1, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x5x8xf32>, tensor<8x8xf32>) -> tensor<2x5x8xf32>
    %4 = stablehlo.reshape %3 : (tensor<2x5x8xf32>) -> tensor<2x5x2x4xf32>
    %5 = stablehlo.transpose %4, dims = [0, 2, 1, 3] : (tensor<2x5x2x4xf32>) -> tensor<2x2x5x4xf32>
    %6 = stablehlo.transpose %5, dims = [0, 1, 3, 2] : (tensor<2x2x5x4xf32>) -> tensor<2x2x4x5xf32>
    %7 = stablehlo.dot_general %2, %6, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [DEFAULT, DEFAULT] : (tensor<2x2x5x4xf32>, tensor<2x2x4x5xf32>) -> tensor<2x2x5x5xf32>
    %8 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %9 = stablehlo.multiply %7, %8 : tensor<2x2x5x5xf32>
    %10 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<5x5xf32>
    %11 = stablehlo.iota dim = 0 : tensor<5x5xi32>
    %12 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<i32>) -> tensor<5x5xi32>
    %13 = stablehlo.add %11, %12 : tensor<5x5xi32>
    %14 = stablehlo.iota dim = 1 : tensor<5x5xi32>
    %15 = stablehlo.compare GE, %13, %14, SIGNED : (tensor<5x5xi32>, tensor<5x5xi32>) -> tensor<5x5xi1>
    %16 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<5x5xf32>
    %17 = stablehlo.select %15, %10, %16 : tensor<5x5xi1>, tensor<5x5xf32>
    %18 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<5x5xf32>
    %19 = stablehlo.compare GT, %17, %18, FLOAT : (tensor<5x5xf32>, tensor<5x5xf32>) -> tensor<5x5xi1>
    %20 = stablehlo.broadcast_in_dim %c4, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %21 = stablehlo.broadcast_in_dim %19, dims = [2, 3] : (tensor<5x5xi1>) -> tensor<2x2x5x5xi1>
    %22 = stablehlo.select %21, %9, %20 : tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>
    %23 = func.call @value(%22) : (tensor<2x2x5x5xf32>) -> tensor<2x2x5x5xf32>
    %24 = stablehlo.dot_general %arg4, %arg2, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x5x8xf32>, tensor<8x8xf32>) -> tensor<2x5x8xf32>
    %25 = stablehlo.reshape %24 : (tensor<2x5x8xf32>) -> tensor<2x5x2x4xf32>
    %26 = stablehlo.transpose %25, dims = [0, 2, 1, 3] : (tensor<2x5x2x4xf32>) -> tensor<2x2x5x4xf32>
    %27 = stablehlo.dot_general %23, %26, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [DEFAULT, DEFAULT] : (tensor<2x2x5x5xf32>, tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
    %28 = stablehlo.transpose %27, dims = [0, 2, 1, 3] : (tensor<2x2x5x4xf32>) -> tensor<2x5x2x4xf32>
    %29 = stablehlo.reshape %28 : (tensor<2x5x2x4xf32>) -> tensor<2x5x8xf32>
    %30 = stablehlo.dot_general %29, %arg3, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x5x8xf32>, tensor<8x8xf32>) -> tensor<2x5x8xf32>
    %31 = stablehlo.add %arg4, %30 : tensor<2x5x8xf32>
    %32 = stablehlo.reduce(%31 init: %c3) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %33 = stablehlo.reshape %32 : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %34 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %35 = stablehlo.divide %33, %34 : tensor<2x5x1xf32>
    %36 = stablehlo.broadcast_in_dim %35, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %37 = stablehlo.subtract %31, %36 : tensor<2x5x8xf32>
    %38 = stablehlo.multiply %37, %37 : tensor<2x5x8xf32>
    %39 = stablehlo.reduce(%38 init: %c3) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %40 = stablehlo.reshape %39 : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %41 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %42 = stablehlo.divide %40, %41 : tensor<2x5x1xf32>
    %43 = stablehlo.broadcast_in_dim %c6, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %44 = stablehlo.add %42, %43 : tensor<2x5x1xf32>
    %45 = stablehlo.sqrt %44 : tensor<2x5x1xf32>
    %46 = stablehlo.broadcast_in_dim %45, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %47 = stablehlo.divide %37, %46 : tensor<2x5x8xf32>
    return %47 : tensor<2x5x8xf32>
  }
  func.func private @value(%arg0: tensor<2x2x5x5xf32>) -> (tensor<2x2x5x5xf32>) {
    %c0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c1 = stablehlo.constant dense<0.0> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %c0) applies stablehlo.maximum across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %1 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2x2x5xf32>
    %2 = stablehlo.maximum %1, %0 : tensor<2x2x5xf32>
    %3 = stablehlo.reshape %2 : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %5 = stablehlo.subtract %arg0, %4 : tensor<2x2x5x5xf32>
    %6 = stablehlo.exponential %5 : tensor<2x2x5x5xf32>
    %7 = stablehlo.reduce(%6 init: %c1) applies stablehlo.add across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %8 = stablehlo.reshape %7 : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %10 = stablehlo.divide %6, %9 : tensor<2x2x5x5xf32>
    return %10 : tensor<2x2x5x5xf32>
  }
}
