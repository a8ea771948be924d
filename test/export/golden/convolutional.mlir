module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x1x3x3xf32>, %arg1: tensor<8x4x3x3xf32>, %arg2: tensor<32x3xf32>, %arg3: tensor<5x1x8x8xf32>, %arg4: tensor<5x3xf32>) -> (tensor<4x1x3x3xf32>, tensor<8x4x3x3xf32>, tensor<32x3xf32>) {
    %c0 = stablehlo.constant dense<0.0> : tensor<f32>
    %c1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c2 = stablehlo.constant dense<1.0> : tensor<f32>
    %c3 = stablehlo.constant dense<0.5> : tensor<f32>
    %c4 = stablehlo.constant dense<5.0> : tensor<f32>
    %0 = stablehlo.convolution(%arg3, %arg0) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<5x1x8x8xf32>, tensor<4x1x3x3xf32>) -> tensor<5x4x8x8xf32>
    %1 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x4x8x8xf32>
    %2 = stablehlo.maximum %0, %1 : tensor<5x4x8x8xf32>
    %3 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x4x8x8xf32>
    %4 = stablehlo.compare GT, %0, %3, FLOAT : (tensor<5x4x8x8xf32>, tensor<5x4x8x8xf32>) -> tensor<5x4x8x8xi1>
    %5 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x4x8x8xf32>
    %6 = "stablehlo.reduce_window"(%2, %c1) <{base_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi64>, window_dilations = array<i64: 1, 1, 1, 1>, window_dimensions = array<i64: 1, 1, 2, 2>, window_strides = array<i64: 1, 1, 2, 2>}> ({
    ^bb0(%7: tensor<f32>, %8: tensor<f32>):
      %9 = stablehlo.maximum %7, %8 : tensor<f32>
      stablehlo.return %9 : tensor<f32>
    }) : (tensor<5x4x8x8xf32>, tensor<f32>) -> tensor<5x4x4x4xf32>
    %10 = stablehlo.convolution(%6, %arg1) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [2, 2], pad = [[0, 1], [0, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<5x4x4x4xf32>, tensor<8x4x3x3xf32>) -> tensor<5x8x2x2xf32>
    %11 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x8x2x2xf32>
    %12 = stablehlo.maximum %10, %11 : tensor<5x8x2x2xf32>
    %13 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x8x2x2xf32>
    %14 = stablehlo.compare GT, %10, %13, FLOAT : (tensor<5x8x2x2xf32>, tensor<5x8x2x2xf32>) -> tensor<5x8x2x2xi1>
    %15 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x8x2x2xf32>
    %16 = stablehlo.reshape %12 : (tensor<5x8x2x2xf32>) -> tensor<5x32xf32>
    %17 = stablehlo.dot_general %16, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x32xf32>, tensor<32x3xf32>) -> tensor<5x3xf32>
    %18 = stablehlo.reduce(%17 init: %c1) applies stablehlo.maximum across dimensions = [1] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0] : (tensor<5xf32>) -> tensor<5x3xf32>
    %20 = stablehlo.compare EQ, %17, %19, FLOAT : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xi1>
    %21 = stablehlo.convert %20 : (tensor<5x3xi1>) -> tensor<5x3xf32>
    %22 = stablehlo.reduce(%21 init: %c0) applies stablehlo.add across dimensions = [1] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5xf32>
    %23 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %24 = stablehlo.maximum %23, %18 : tensor<5xf32>
    %25 = stablehlo.broadcast_in_dim %c2, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %26 = stablehlo.compare EQ, %23, %24, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %27 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %28 = stablehlo.select %26, %27, %25 : tensor<5xi1>, tensor<5xf32>
    %29 = stablehlo.compare EQ, %18, %24, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %30 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %31 = stablehlo.select %29, %28, %30 : tensor<5xi1>, tensor<5xf32>
    %32 = stablehlo.reshape %24 : (tensor<5xf32>) -> tensor<5x1xf32>
    %33 = stablehlo.broadcast_in_dim %32, dims = [0, 1] : (tensor<5x1xf32>) -> tensor<5x3xf32>
    %34 = stablehlo.subtract %17, %33 : tensor<5x3xf32>
    %35 = stablehlo.exponential %34 : tensor<5x3xf32>
    %36 = stablehlo.reduce(%35 init: %c0) applies stablehlo.add across dimensions = [1] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5xf32>
    %37 = stablehlo.reshape %36 : (tensor<5xf32>) -> tensor<5x1xf32>
    %38 = stablehlo.log %37 : tensor<5x1xf32>
    %39 = stablehlo.broadcast_in_dim %38, dims = [0, 1] : (tensor<5x1xf32>) -> tensor<5x3xf32>
    %40 = stablehlo.subtract %34, %39 : tensor<5x3xf32>
    %41 = stablehlo.multiply %40, %arg4 : tensor<5x3xf32>
    %42 = stablehlo.reduce(%41 init: %c0) applies stablehlo.add across dimensions = [1] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5xf32>
    %43 = stablehlo.reduce(%42 init: %c0) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
    %44 = stablehlo.divide %43, %c4 : tensor<f32>
    %45 = stablehlo.negate %44 : tensor<f32>
    %46 = stablehlo.negate %c2 : tensor<f32>
    %47 = stablehlo.divide %46, %c4 : tensor<f32>
    %48 = stablehlo.broadcast_in_dim %47, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %49 = stablehlo.broadcast_in_dim %48, dims = [0] : (tensor<5xf32>) -> tensor<5x3xf32>
    %50 = stablehlo.multiply %49, %arg4 : tensor<5x3xf32>
    %51 = stablehlo.negate %50 : tensor<5x3xf32>
    %52 = stablehlo.reduce(%51 init: %c0) applies stablehlo.add across dimensions = [1] : (tensor<5x3xf32>, tensor<f32>) -> tensor<5xf32>
    %53 = stablehlo.broadcast_in_dim %52, dims = [0] : (tensor<5xf32>) -> tensor<5x1xf32>
    %54 = stablehlo.divide %53, %37 : tensor<5x1xf32>
    %55 = stablehlo.reshape %54 : (tensor<5x1xf32>) -> tensor<5xf32>
    %56 = stablehlo.broadcast_in_dim %55, dims = [0] : (tensor<5xf32>) -> tensor<5x3xf32>
    %57 = stablehlo.multiply %56, %35 : tensor<5x3xf32>
    %58 = stablehlo.add %50, %57 : tensor<5x3xf32>
    %59 = stablehlo.dot_general %16, %58, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x32xf32>, tensor<5x3xf32>) -> tensor<32x3xf32>
    %60 = stablehlo.dot_general %58, %arg2, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<32x3xf32>) -> tensor<5x32xf32>
    %61 = stablehlo.reshape %60 : (tensor<5x32xf32>) -> tensor<5x8x2x2xf32>
    %62 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x8x2x2xf32>
    %63 = stablehlo.select %14, %61, %62 : tensor<5x8x2x2xi1>, tensor<5x8x2x2xf32>
    %64 = stablehlo.transpose %6, dims = [1, 0, 2, 3] : (tensor<5x4x4x4xf32>) -> tensor<4x5x4x4xf32>
    %65 = stablehlo.transpose %63, dims = [1, 0, 2, 3] : (tensor<5x8x2x2xf32>) -> tensor<8x5x2x2xf32>
    %66 = stablehlo.convolution(%64, %65) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [1, 1], pad = [[0, 1], [0, 1]], lhs_dilate = [1, 1], rhs_dilate = [2, 2], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<4x5x4x4xf32>, tensor<8x5x2x2xf32>) -> tensor<4x8x3x3xf32>
    %67 = stablehlo.transpose %66, dims = [1, 0, 2, 3] : (tensor<4x8x3x3xf32>) -> tensor<8x4x3x3xf32>
    %68 = stablehlo.reverse %arg1, dims = [2, 3] : tensor<8x4x3x3xf32>
    %69 = stablehlo.transpose %68, dims = [1, 0, 2, 3] : (tensor<8x4x3x3xf32>) -> tensor<4x8x3x3xf32>
    %70 = stablehlo.convolution(%63, %69) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [1, 1], pad = [[2, 1], [2, 1]], lhs_dilate = [2, 2], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<5x8x2x2xf32>, tensor<4x8x3x3xf32>) -> tensor<5x4x4x4xf32>
    %71 = stablehlo.pad %2, %c1, low = [0, 0, 0, 0], high = [0, 0, 0, 0], interior = [0, 0, 0, 0] : (tensor<5x4x8x8xf32>, tensor<f32>) -> tensor<5x4x8x8xf32>
    %72 = "stablehlo.select_and_scatter"(%71, %70, %c0) <{padding = dense<[[0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi64>, window_dimensions = array<i64: 1, 1, 2, 2>, window_strides = array<i64: 1, 1, 2, 2>}> ({
    ^bb0(%73: tensor<f32>, %74: tensor<f32>):
      %75 = stablehlo.compare GE, %73, %74, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %75 : tensor<i1>
    }, {
    ^bb0(%76: tensor<f32>, %77: tensor<f32>):
      %78 = stablehlo.add %76, %77 : tensor<f32>
      stablehlo.return %78 : tensor<f32>
    }) : (tensor<5x4x8x8xf32>, tensor<5x4x4x4xf32>, tensor<f32>) -> tensor<5x4x8x8xf32>
    %79 = stablehlo.pad %72, %c0, low = [0, 0, 0, 0], high = [0, 0, 0, 0], interior = [0, 0, 0, 0] : (tensor<5x4x8x8xf32>, tensor<f32>) -> tensor<5x4x8x8xf32>
    %80 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<5x4x8x8xf32>
    %81 = stablehlo.select %4, %79, %80 : tensor<5x4x8x8xi1>, tensor<5x4x8x8xf32>
    %82 = stablehlo.transpose %arg3, dims = [1, 0, 2, 3] : (tensor<5x1x8x8xf32>) -> tensor<1x5x8x8xf32>
    %83 = stablehlo.transpose %81, dims = [1, 0, 2, 3] : (tensor<5x4x8x8xf32>) -> tensor<4x5x8x8xf32>
    %84 = stablehlo.convolution(%82, %83) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]} : (tensor<1x5x8x8xf32>, tensor<4x5x8x8xf32>) -> tensor<1x4x3x3xf32>
    %85 = stablehlo.transpose %84, dims = [1, 0, 2, 3] : (tensor<1x4x3x3xf32>) -> tensor<4x1x3x3xf32>
    return %85, %67, %59 : tensor<4x1x3x3xf32>, tensor<8x4x3x3xf32>, tensor<32x3xf32>
  }
}
