module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<40xf32>) -> (tensor<40xf32>) {
    %0 = stablehlo.iota dim = 0 : tensor<40xi32>
    %1 = stablehlo.convert %0 : (tensor<40xi32>) -> tensor<40xf32>
    %2 = stablehlo.add %arg0, %1 : tensor<40xf32>
    return %2 : tensor<40xf32>
  }
}
