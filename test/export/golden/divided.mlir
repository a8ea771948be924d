module @constrainedStep attributes {mhlo.num_partitions = 8 : i32, mhlo.num_replicas = 1 : i32} {
  sdy.mesh @mesh = <["data"=4, "model"=2]>
  func.func public @main(%arg0: tensor<16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"model"}]>}, %arg1: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}, %arg2: tensor<6x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"model"}]>}, %arg3: tensor<16x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"model"}, {}]>}, %arg4: tensor<16x6xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}, %arg5: tensor<16x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}) -> (tensor<f32> {sdy.sharding = #sdy.sharding<@mesh, []>}, tensor<16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}, tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}, tensor<6x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}]>}, tensor<16x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}]>}) {
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
    %9 = sdy.sharding_constraint %3 <@mesh, [{"data"}, {"model"}]> : tensor<16x16xf32>
    %10 = stablehlo.dot_general %9, %arg3, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x16xf32>, tensor<16x4xf32>) -> tensor<16x4xf32>
    %11 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<4xf32>) -> tensor<16x4xf32>
    %12 = stablehlo.add %10, %11 : tensor<16x4xf32>
    %13 = stablehlo.reduce(%12 init: %c1) applies stablehlo.maximum across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %15 = stablehlo.compare EQ, %12, %14, FLOAT : (tensor<16x4xf32>, tensor<16x4xf32>) -> tensor<16x4xi1>
    %16 = stablehlo.convert %15 : (tensor<16x4xi1>) -> tensor<16x4xf32>
    %17 = stablehlo.reduce(%16 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %18 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %19 = stablehlo.maximum %18, %13 : tensor<16xf32>
    %20 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %21 = stablehlo.compare EQ, %18, %19, FLOAT : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xi1>
    %22 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %23 = stablehlo.select %21, %22, %20 : tensor<16xi1>, tensor<16xf32>
    %24 = stablehlo.compare EQ, %13, %19, FLOAT : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xi1>
    %25 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %26 = stablehlo.select %24, %23, %25 : tensor<16xi1>, tensor<16xf32>
    %27 = stablehlo.reshape %19 : (tensor<16xf32>) -> tensor<16x1xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1] : (tensor<16x1xf32>) -> tensor<16x4xf32>
    %29 = stablehlo.subtract %12, %28 : tensor<16x4xf32>
    %30 = stablehlo.exponential %29 : tensor<16x4xf32>
    %31 = stablehlo.reduce(%30 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %32 = stablehlo.reshape %31 : (tensor<16xf32>) -> tensor<16x1xf32>
    %33 = stablehlo.log %32 : tensor<16x1xf32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [0, 1] : (tensor<16x1xf32>) -> tensor<16x4xf32>
    %35 = stablehlo.subtract %29, %34 : tensor<16x4xf32>
    %36 = stablehlo.multiply %35, %arg5 : tensor<16x4xf32>
    %37 = stablehlo.reduce(%36 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %38 = stablehlo.reduce(%37 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16xf32>, tensor<f32>) -> tensor<f32>
    %39 = stablehlo.divide %38, %c4 : tensor<f32>
    %40 = stablehlo.negate %39 : tensor<f32>
    %41 = stablehlo.negate %c0 : tensor<f32>
    %42 = stablehlo.divide %41, %c4 : tensor<f32>
    %43 = stablehlo.broadcast_in_dim %42, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %44 = stablehlo.broadcast_in_dim %43, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %45 = stablehlo.multiply %44, %arg5 : tensor<16x4xf32>
    %46 = stablehlo.negate %45 : tensor<16x4xf32>
    %47 = stablehlo.reduce(%46 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<16x4xf32>, tensor<f32>) -> tensor<16xf32>
    %48 = stablehlo.broadcast_in_dim %47, dims = [0] : (tensor<16xf32>) -> tensor<16x1xf32>
    %49 = stablehlo.divide %48, %32 : tensor<16x1xf32>
    %50 = stablehlo.reshape %49 : (tensor<16x1xf32>) -> tensor<16xf32>
    %51 = stablehlo.broadcast_in_dim %50, dims = [0] : (tensor<16xf32>) -> tensor<16x4xf32>
    %52 = stablehlo.multiply %51, %30 : tensor<16x4xf32>
    %53 = stablehlo.add %45, %52 : tensor<16x4xf32>
    %54 = stablehlo.reduce(%53 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16x4xf32>, tensor<f32>) -> tensor<4xf32>
    %55 = stablehlo.dot_general %9, %53, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x16xf32>, tensor<16x4xf32>) -> tensor<16x4xf32>
    %56 = stablehlo.dot_general %53, %arg3, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<16x4xf32>, tensor<16x4xf32>) -> tensor<16x16xf32>
    %57 = sdy.sharding_constraint %56 <@mesh, [{"data"}, {"model"}]> : tensor<16x16xf32>
    %58 = stablehlo.multiply %57, %8 : tensor<16x16xf32>
    %59 = stablehlo.reduce(%58 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<16x16xf32>, tensor<f32>) -> tensor<16xf32>
    %60 = stablehlo.dot_general %arg4, %58, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<16x6xf32>, tensor<16x16xf32>) -> tensor<6x16xf32>
    %61 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<6x16xf32>
    %62 = stablehlo.multiply %60, %61 : tensor<6x16xf32>
    %63 = stablehlo.subtract %arg2, %62 : tensor<6x16xf32>
    %64 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %65 = stablehlo.multiply %59, %64 : tensor<16xf32>
    %66 = stablehlo.subtract %arg0, %65 : tensor<16xf32>
    %67 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16x4xf32>
    %68 = stablehlo.multiply %55, %67 : tensor<16x4xf32>
    %69 = stablehlo.subtract %arg3, %68 : tensor<16x4xf32>
    %70 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %71 = stablehlo.multiply %54, %70 : tensor<4xf32>
    %72 = stablehlo.subtract %arg1, %71 : tensor<4xf32>
    return %40, %66, %72, %63, %69 : tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>
  }
}
