module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3xf32>, %arg1: tensor<i32>) -> (tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
    %c0 = stablehlo.constant dense<1> : tensor<i32>
    %c1 = stablehlo.constant dense<0> : tensor<i32>
    %c2 = stablehlo.constant dense<2.0> : tensor<f32>
    %c3 = stablehlo.constant dense<1.0> : tensor<f32>
    %c4 = stablehlo.constant dense<0.0> : tensor<3xf32>
    %c5 = stablehlo.constant dense<3> : tensor<i32>
    %0 = stablehlo.compare GT, %arg1, %c0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %1 = stablehlo.convert %0 : (tensor<i1>) -> tensor<i32>
    %2 = stablehlo.clamp %c1, %1, %c0 : tensor<i32>
    %3 = "stablehlo.case"(%2) ({
      %4 = stablehlo.exponential %arg0 : tensor<3xf32>
      stablehlo.return %4 : tensor<3xf32>
    }, {
      %5 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %6 = stablehlo.multiply %arg0, %5 : tensor<3xf32>
      stablehlo.return %6 : tensor<3xf32>
    }) : (tensor<i32>) -> tensor<3xf32>
    %10:3 = stablehlo.while(%7 = %c1, %8 = %c3, %9 = %c4) : tensor<i32>, tensor<f32>, tensor<3xf32>
    cond {
      %11 = stablehlo.compare LT, %7, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %11 : tensor<i1>
    } do {
      %12 = stablehlo.dynamic_slice %arg0, %7, sizes = [1] : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
      %13 = stablehlo.reshape %12 : (tensor<1xf32>) -> tensor<f32>
      %14 = stablehlo.multiply %8, %13 : tensor<f32>
      %15 = stablehlo.reshape %8 : (tensor<f32>) -> tensor<1xf32>
      %16 = stablehlo.dynamic_update_slice %9, %15, %7 : (tensor<3xf32>, tensor<1xf32>, tensor<i32>) -> tensor<3xf32>
      %17 = stablehlo.add %7, %c0 : tensor<i32>
      stablehlo.return %17, %14, %16 : tensor<i32>, tensor<f32>, tensor<3xf32>
    }
    %20:2 = stablehlo.while(%18 = %c1, %19 = %arg0) : tensor<i32>, tensor<3xf32>
    cond {
      %21 = stablehlo.compare LT, %18, %arg1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %21 : tensor<i1>
    } do {
      %22 = stablehlo.convert %18 : (tensor<i32>) -> tensor<f32>
      %23 = stablehlo.broadcast_in_dim %22, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %24 = stablehlo.add %19, %23 : tensor<3xf32>
      %25 = stablehlo.add %18, %c0 : tensor<i32>
      stablehlo.return %25, %24 : tensor<i32>, tensor<3xf32>
    }
    %26 = func.call @twice(%arg0) : (tensor<3xf32>) -> tensor<3xf32>
    return %3, %10#1, %10#2, %20#1, %26 : tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  func.func private @twice(%arg0: tensor<3xf32>) -> (tensor<3xf32>) {
    %0 = stablehlo.add %arg0, %arg0 : tensor<3xf32>
    return %0 : tensor<3xf32>
  }
}
