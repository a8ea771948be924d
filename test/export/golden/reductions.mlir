module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<3xi32>, tensor<2x3xf32>, tensor<1x2xf32>) {
    %c0 = stablehlo.constant dense<0.0> : tensor<f32>
    %c1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c2 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.reduce(%arg0 init: %c0) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    %1 = stablehlo.iota dim = 0 : tensor<2x3xi32>
    %2:2 = stablehlo.reduce(%arg0 init: %c1), (%1 init: %c2) across dimensions = [0] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
     reducer(%3: tensor<f32>, %4: tensor<f32>) (%5: tensor<i32>, %6: tensor<i32>) {
      %7 = stablehlo.compare GT, %3, %4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %8 = stablehlo.compare NE, %3, %3, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %9 = stablehlo.or %7, %8 : tensor<i1>
      %10 = stablehlo.compare EQ, %3, %4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %11 = stablehlo.compare LT, %5, %6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %12 = stablehlo.compare NE, %3, %3, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %13 = stablehlo.compare NE, %4, %4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %14 = stablehlo.and %12, %13 : tensor<i1>
      %15 = stablehlo.or %10, %14 : tensor<i1>
      %16 = stablehlo.and %15, %11 : tensor<i1>
      %17 = stablehlo.not %14 : tensor<i1>
      %18 = stablehlo.and %9, %17 : tensor<i1>
      %19 = stablehlo.or %18, %16 : tensor<i1>
      %20 = stablehlo.select %9, %3, %4 : tensor<i1>, tensor<f32>
      %21 = stablehlo.select %19, %5, %6 : tensor<i1>, tensor<i32>
      stablehlo.return %20, %21 : tensor<f32>, tensor<i32>
    }
    %22 = "stablehlo.reduce_window"(%arg0, %c0) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [2, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 1, 3>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%23: tensor<f32>, %24: tensor<f32>):
      %25 = stablehlo.add %23, %24 : tensor<f32>
      stablehlo.return %25 : tensor<f32>
    }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    %26 = "stablehlo.reduce_window"(%arg0, %c1) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%27: tensor<f32>, %28: tensor<f32>):
      %29 = stablehlo.maximum %27, %28 : tensor<f32>
      stablehlo.return %29 : tensor<f32>
    }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<1x2xf32>
    return %0, %2#1, %22, %26 : tensor<2xf32>, tensor<3xi32>, tensor<2x3xf32>, tensor<1x2xf32>
  }
}
