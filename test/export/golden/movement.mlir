module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>, tensor<3x5xf32>, tensor<2x2xf32>, tensor<2x6xf32>, tensor<1x2xf32>, tensor<4xi32>) {
    %c0 = stablehlo.constant dense<0.0> : tensor<f32>
    %c1 = stablehlo.constant dense<1> : tensor<i32>
    %c2 = stablehlo.constant dense<0> : tensor<i32>
    %c3 = stablehlo.constant dense<2> : tensor<i32>
    %c4 = stablehlo.constant dense<5> : tensor<i32>
    %c5 = stablehlo.constant dense<3> : tensor<i32>
    %0 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %1 = stablehlo.reverse %arg0, dims = [1] : tensor<2x3xf32>
    %2 = stablehlo.pad %arg0, %c0, low = [1, 0], high = [0, 2], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x5xf32>
    %3 = stablehlo.slice %arg0 [0:2, 0:3:2] : (tensor<2x3xf32>) -> tensor<2x2xf32>
    %4 = stablehlo.concatenate %arg0, %arg0, dim = 1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
    %5 = stablehlo.compare LT, %c1, %c2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %6 = stablehlo.add %c1, %c3 : tensor<i32>
    %7 = stablehlo.select %5, %6, %c1 : tensor<i1>, tensor<i32>
    %8 = stablehlo.compare LT, %c4, %c2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %9 = stablehlo.add %c4, %c5 : tensor<i32>
    %10 = stablehlo.select %8, %9, %c4 : tensor<i1>, tensor<i32>
    %11 = stablehlo.dynamic_slice %arg0, %7, %10, sizes = [1, 2] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x2xf32>
    %12 = stablehlo.iota dim = 0 : tensor<4xi32>
    return %0, %1, %2, %3, %4, %11, %12 : tensor<3x2xf32>, tensor<2x3xf32>, tensor<3x5xf32>, tensor<2x2xf32>, tensor<2x6xf32>, tensor<1x2xf32>, tensor<4xi32>
  }
}
