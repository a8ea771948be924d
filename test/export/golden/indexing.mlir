module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x3xf32>, %arg1: tensor<2xi32>) -> (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xi32>) {
    %c0 = stablehlo.constant dense<0> : tensor<i32>
    %c1 = stablehlo.constant dense<4> : tensor<i32>
    %c2 = stablehlo.constant dense<3> : tensor<i32>
    %c3 = stablehlo.constant dense<true> : tensor<i1>
    %c4 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %c5 = stablehlo.constant dense<1.0> : tensor<f32>
    %c6 = stablehlo.constant dense<0.0> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %1 = stablehlo.compare LT, %arg1, %0, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %2 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %3 = stablehlo.add %arg1, %2 : tensor<2xi32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<2xi1>, tensor<2xi32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
    %6 = "stablehlo.gather"(%arg0, %5) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 3>}> : (tensor<4x3xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
    %7 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<i32>) -> tensor<2x1xi32>
    %8 = stablehlo.compare GE, %5, %7, SIGNED : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %9 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [1] : (tensor<1xi32>) -> tensor<2x1xi32>
    %11 = stablehlo.compare LE, %5, %10, SIGNED : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %12 = stablehlo.and %8, %11 : tensor<2x1xi1>
    %13 = stablehlo.reduce(%12 init: %c3) applies stablehlo.and across dimensions = [1] : (tensor<2x1xi1>, tensor<i1>) -> tensor<2xi1>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0] : (tensor<2xi1>) -> tensor<2x3xi1>
    %15 = stablehlo.broadcast_in_dim %c4, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
    %16 = stablehlo.select %14, %6, %15 : tensor<2x3xi1>, tensor<2x3xf32>
    %17 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %18 = stablehlo.compare LT, %arg1, %17, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %19 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %20 = stablehlo.add %arg1, %19 : tensor<2xi32>
    %21 = stablehlo.select %18, %20, %arg1 : tensor<2xi1>, tensor<2xi32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
    %23 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
    %24 = "stablehlo.scatter"(%arg0, %22, %23) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%25: tensor<f32>, %26: tensor<f32>):
      %27 = stablehlo.add %25, %26 : tensor<f32>
      stablehlo.return %27 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<2x1xi32>, tensor<2x3xf32>) -> tensor<4x3xf32>
    %28 = "stablehlo.sort"(%arg0) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%29: tensor<f32>, %30: tensor<f32>):
      %31 = stablehlo.compare EQ, %29, %c6, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %32 = stablehlo.select %31, %c6, %29 : tensor<i1>, tensor<f32>
      %33 = stablehlo.compare NE, %29, %29, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %34 = stablehlo.select %33, %c4, %32 : tensor<i1>, tensor<f32>
      %35 = stablehlo.compare EQ, %30, %c6, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %36 = stablehlo.select %35, %c6, %30 : tensor<i1>, tensor<f32>
      %37 = stablehlo.compare NE, %30, %30, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %38 = stablehlo.select %37, %c4, %36 : tensor<i1>, tensor<f32>
      %39 = stablehlo.compare LT, %34, %38, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %39 : tensor<i1>
    }) : (tensor<4x3xf32>) -> tensor<4x3xf32>
    %40, %41 = chlo.top_k(%arg0, k = 2) : tensor<4x3xf32> -> (tensor<4x2xf32>, tensor<4x2xi32>)
    return %16, %24, %28, %40, %41 : tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xi32>
  }
}
