module @f attributes {mhlo.num_partitions = 8 : i32, mhlo.num_replicas = 1 : i32} {
  sdy.mesh @mesh = <["data"=8]>
  func.func public @main(%arg0: tensor<16xf32>, %arg1: tensor<4xf32>, %arg2: tensor<6x16xf32>, %arg3: tensor<16x4xf32>, %arg4: tensor<16x6xf32>, %arg5: tensor<16x4xf32>) -> (tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>) {
    %6:5 = sdy.manual_computation(%arg0, %arg1, %arg2, %arg3, %arg4, %arg5) in_shardings=[<@mesh, [{}]>, <@mesh, [{}]>, <@mesh, [{}, {}]>, <@mesh, [{}, {}]>, <@mesh, [{"data"}, {}]>, <@mesh, [{"data"}, {}]>] out_shardings=[<@mesh, []>, <@mesh, [{}]>, <@mesh, [{}]>, <@mesh, [{}, {}]>, <@mesh, [{}, {}]>] manual_axes={"data"} (%0: tensor<16xf32>, %1: tensor<4xf32>, %2: tensor<6x16xf32>, %3: tensor<16x4xf32>, %4: tensor<2x6xf32>, %5: tensor<2x4xf32>) {
    %c0 = stablehlo.constant dense<1.0> : tensor<f32>
    %c1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c2 = stablehlo.constant dense<0.0> : tensor<f32>
    %c3 = stablehlo.constant dense<0.5> : tensor<f32>
    %c4 = stablehlo.constant dense<2.0> : tensor<f32>
    %c5 = stablehlo.constant dense<8.0> : tensor<f32>
    %c6 = stablehlo.constant dense<0.10000000149011612> : tensor<f32>
      %7 = stablehlo.dot_general %4, %2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x6xf32>, tensor<6x16xf32>) -> tensor<2x16xf32>
      %8 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<16xf32>) -> tensor<2x16xf32>
      %9 = stablehlo.add %7, %8 : tensor<2x16xf32>
      %10 = stablehlo.tanh %9 : tensor<2x16xf32>
      %11 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2x16xf32>
      %12 = stablehlo.add %10, %11 : tensor<2x16xf32>
      %13 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2x16xf32>
      %14 = stablehlo.subtract %13, %10 : tensor<2x16xf32>
      %15 = stablehlo.multiply %12, %14 : tensor<2x16xf32>
      %16 = stablehlo.dot_general %10, %3, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x16xf32>, tensor<16x4xf32>) -> tensor<2x4xf32>
      %17 = stablehlo.broadcast_in_dim %1, dims = [1] : (tensor<4xf32>) -> tensor<2x4xf32>
      %18 = stablehlo.add %16, %17 : tensor<2x4xf32>
      %19 = stablehlo.reduce(%18 init: %c1) applies stablehlo.maximum across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
      %20 = stablehlo.broadcast_in_dim %19, dims = [0] : (tensor<2xf32>) -> tensor<2x4xf32>
      %21 = stablehlo.compare EQ, %18, %20, FLOAT : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xi1>
      %22 = stablehlo.convert %21 : (tensor<2x4xi1>) -> tensor<2x4xf32>
      %23 = stablehlo.reduce(%22 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
      %24 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<2xf32>
      %25 = stablehlo.maximum %24, %19 : tensor<2xf32>
      %26 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<2xf32>
      %27 = stablehlo.compare EQ, %24, %25, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
      %28 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<2xf32>
      %29 = stablehlo.select %27, %28, %26 : tensor<2xi1>, tensor<2xf32>
      %30 = stablehlo.compare EQ, %19, %25, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
      %31 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<f32>) -> tensor<2xf32>
      %32 = stablehlo.select %30, %29, %31 : tensor<2xi1>, tensor<2xf32>
      %33 = stablehlo.reshape %25 : (tensor<2xf32>) -> tensor<2x1xf32>
      %34 = stablehlo.broadcast_in_dim %33, dims = [0, 1] : (tensor<2x1xf32>) -> tensor<2x4xf32>
      %35 = stablehlo.subtract %18, %34 : tensor<2x4xf32>
      %36 = stablehlo.exponential %35 : tensor<2x4xf32>
      %37 = stablehlo.reduce(%36 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
      %38 = stablehlo.reshape %37 : (tensor<2xf32>) -> tensor<2x1xf32>
      %39 = stablehlo.log %38 : tensor<2x1xf32>
      %40 = stablehlo.broadcast_in_dim %39, dims = [0, 1] : (tensor<2x1xf32>) -> tensor<2x4xf32>
      %41 = stablehlo.subtract %35, %40 : tensor<2x4xf32>
      %42 = stablehlo.multiply %41, %5 : tensor<2x4xf32>
      %43 = stablehlo.reduce(%42 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
      %44 = stablehlo.reduce(%43 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
      %45 = stablehlo.divide %44, %c4 : tensor<f32>
      %46 = stablehlo.negate %45 : tensor<f32>
      %47 = stablehlo.negate %c0 : tensor<f32>
      %48 = stablehlo.divide %47, %c4 : tensor<f32>
      %49 = stablehlo.broadcast_in_dim %48, dims = [] : (tensor<f32>) -> tensor<2xf32>
      %50 = stablehlo.broadcast_in_dim %49, dims = [0] : (tensor<2xf32>) -> tensor<2x4xf32>
      %51 = stablehlo.multiply %50, %5 : tensor<2x4xf32>
      %52 = stablehlo.negate %51 : tensor<2x4xf32>
      %53 = stablehlo.reduce(%52 init: %c2) applies stablehlo.add across dimensions = [1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<2xf32>
      %54 = stablehlo.broadcast_in_dim %53, dims = [0] : (tensor<2xf32>) -> tensor<2x1xf32>
      %55 = stablehlo.divide %54, %38 : tensor<2x1xf32>
      %56 = stablehlo.reshape %55 : (tensor<2x1xf32>) -> tensor<2xf32>
      %57 = stablehlo.broadcast_in_dim %56, dims = [0] : (tensor<2xf32>) -> tensor<2x4xf32>
      %58 = stablehlo.multiply %57, %36 : tensor<2x4xf32>
      %59 = stablehlo.add %51, %58 : tensor<2x4xf32>
      %60 = stablehlo.reduce(%59 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<2x4xf32>, tensor<f32>) -> tensor<4xf32>
      %61 = stablehlo.dot_general %10, %59, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x16xf32>, tensor<2x4xf32>) -> tensor<16x4xf32>
      %62 = stablehlo.dot_general %59, %3, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<2x4xf32>, tensor<16x4xf32>) -> tensor<2x16xf32>
      %63 = stablehlo.multiply %62, %15 : tensor<2x16xf32>
      %64 = stablehlo.reduce(%63 init: %c2) applies stablehlo.add across dimensions = [0] : (tensor<2x16xf32>, tensor<f32>) -> tensor<16xf32>
      %65 = stablehlo.dot_general %4, %63, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x6xf32>, tensor<2x16xf32>) -> tensor<6x16xf32>
      %66 = "stablehlo.all_reduce"(%46) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi64>, use_global_device_ids}> ({
      ^bb0(%67: tensor<f32>, %68: tensor<f32>):
        %69 = stablehlo.add %67, %68 : tensor<f32>
        stablehlo.return %69 : tensor<f32>
      }) : (tensor<f32>) -> tensor<f32>
      %70 = stablehlo.divide %66, %c5 : tensor<f32>
      %71 = "stablehlo.all_reduce"(%65) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, replica_groups = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi64>, use_global_device_ids}> ({
      ^bb0(%72: tensor<f32>, %73: tensor<f32>):
        %74 = stablehlo.add %72, %73 : tensor<f32>
        stablehlo.return %74 : tensor<f32>
      }) : (tensor<6x16xf32>) -> tensor<6x16xf32>
      %75 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<6x16xf32>
      %76 = stablehlo.divide %71, %75 : tensor<6x16xf32>
      %77 = stablehlo.broadcast_in_dim %c6, dims = [] : (tensor<f32>) -> tensor<6x16xf32>
      %78 = stablehlo.multiply %76, %77 : tensor<6x16xf32>
      %79 = stablehlo.subtract %2, %78 : tensor<6x16xf32>
      %80 = "stablehlo.all_reduce"(%64) <{channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>, replica_groups = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi64>, use_global_device_ids}> ({
      ^bb0(%81: tensor<f32>, %82: tensor<f32>):
        %83 = stablehlo.add %81, %82 : tensor<f32>
        stablehlo.return %83 : tensor<f32>
      }) : (tensor<16xf32>) -> tensor<16xf32>
      %84 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16xf32>
      %85 = stablehlo.divide %80, %84 : tensor<16xf32>
      %86 = stablehlo.broadcast_in_dim %c6, dims = [] : (tensor<f32>) -> tensor<16xf32>
      %87 = stablehlo.multiply %85, %86 : tensor<16xf32>
      %88 = stablehlo.subtract %0, %87 : tensor<16xf32>
      %89 = "stablehlo.all_reduce"(%61) <{channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>, replica_groups = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi64>, use_global_device_ids}> ({
      ^bb0(%90: tensor<f32>, %91: tensor<f32>):
        %92 = stablehlo.add %90, %91 : tensor<f32>
        stablehlo.return %92 : tensor<f32>
      }) : (tensor<16x4xf32>) -> tensor<16x4xf32>
      %93 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<16x4xf32>
      %94 = stablehlo.divide %89, %93 : tensor<16x4xf32>
      %95 = stablehlo.broadcast_in_dim %c6, dims = [] : (tensor<f32>) -> tensor<16x4xf32>
      %96 = stablehlo.multiply %94, %95 : tensor<16x4xf32>
      %97 = stablehlo.subtract %3, %96 : tensor<16x4xf32>
      %98 = "stablehlo.all_reduce"(%60) <{channel_handle = #stablehlo.channel_handle<handle = 5, type = 1>, replica_groups = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi64>, use_global_device_ids}> ({
      ^bb0(%99: tensor<f32>, %100: tensor<f32>):
        %101 = stablehlo.add %99, %100 : tensor<f32>
        stablehlo.return %101 : tensor<f32>
      }) : (tensor<4xf32>) -> tensor<4xf32>
      %102 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<f32>) -> tensor<4xf32>
      %103 = stablehlo.divide %98, %102 : tensor<4xf32>
      %104 = stablehlo.broadcast_in_dim %c6, dims = [] : (tensor<f32>) -> tensor<4xf32>
      %105 = stablehlo.multiply %103, %104 : tensor<4xf32>
      %106 = stablehlo.subtract %1, %105 : tensor<4xf32>
      sdy.return %70, %88, %106, %79, %97 : tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>
    } : (tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>, tensor<16x6xf32>, tensor<16x4xf32>) -> (tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>)
    return %6#0, %6#1, %6#2, %6#3, %6#4 : tensor<f32>, tensor<16xf32>, tensor<4xf32>, tensor<6x16xf32>, tensor<16x4xf32>
  }
}
