module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2xf32>, %arg1: tensor<2xi32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>) {
    %c0 = stablehlo.constant dense<2.5> : tensor<f32>
    %c1 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %c2 = stablehlo.constant dense<0.6931471824645996> : tensor<2xf32>
    %c3 = stablehlo.constant dense<2147483648.0> : tensor<2xf32>
    %c4 = stablehlo.constant dense<-2147483648.0> : tensor<2xf32>
    %c5 = stablehlo.constant dense<2147483647> : tensor<2xi32>
    %c6 = stablehlo.constant dense<-2147483648> : tensor<2xi32>
    %c7 = stablehlo.constant dense<0> : tensor<2xi32>
    %c8 = stablehlo.constant dense<0.0> : tensor<f32>
    %c9 = stablehlo.constant dense<-0.0> : tensor<f32>
    %c10 = stablehlo.constant dense<32> : tensor<2xi64>
    %0 = stablehlo.sine %arg0 : tensor<2xf32>
    %1 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %2 = stablehlo.multiply %0, %1 : tensor<2xf32>
    %3 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %4 = stablehlo.add %2, %3 : tensor<2xf32>
    %5 = chlo.erf_inv %arg0 : tensor<2xf32> -> tensor<2xf32>
    %6 = stablehlo.logistic %arg0 : tensor<2xf32>
    %7 = stablehlo.multiply %c2, %arg0 : tensor<2xf32>
    %8 = stablehlo.exponential %7 : tensor<2xf32>
    %9 = stablehlo.compare GE, %arg0, %c3, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    %10 = stablehlo.compare LE, %arg0, %c4, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    %11 = stablehlo.compare NE, %arg0, %arg0, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    %12 = stablehlo.convert %arg0 : (tensor<2xf32>) -> tensor<2xi32>
    %13 = stablehlo.select %10, %c6, %12 : tensor<2xi1>, tensor<2xi32>
    %14 = stablehlo.select %9, %c5, %13 : tensor<2xi1>, tensor<2xi32>
    %15 = stablehlo.select %11, %c7, %14 : tensor<2xi1>, tensor<2xi32>
    %16 = stablehlo.add %15, %arg1 : tensor<2xi32>
    %17 = stablehlo.broadcast_in_dim %c8, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %18 = stablehlo.compare GT, %arg0, %17, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    %19 = stablehlo.broadcast_in_dim %c9, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %20 = stablehlo.select %18, %arg0, %19 : tensor<2xi1>, tensor<2xf32>
    %21 = stablehlo.reduce_precision %arg0, format = e8m7 : tensor<2xf32>
    %22 = stablehlo.convert %arg1 : (tensor<2xi32>) -> tensor<2xi64>
    %23 = stablehlo.convert %arg1 : (tensor<2xi32>) -> tensor<2xi64>
    %24 = stablehlo.multiply %22, %23 : tensor<2xi64>
    %25 = stablehlo.shift_right_arithmetic %24, %c10 : tensor<2xi64>
    %26 = stablehlo.convert %25 : (tensor<2xi64>) -> tensor<2xi32>
    return %4, %5, %6, %8, %16, %20, %21, %26 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xf32>, tensor<2xf32>, tensor<2xi32>
  }
}
