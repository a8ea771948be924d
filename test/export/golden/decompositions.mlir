module @f attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>) {
    %c0 = stablehlo.constant dense<0.5> : tensor<f32>
    %c1 = stablehlo.constant dense<0.0> : tensor<f32>
    %c2 = stablehlo.constant dense<false> : tensor<i1>
    %c3 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %c4 = stablehlo.constant dense<1.0> : tensor<f32>
    %c5 = stablehlo.constant dense<0> : tensor<i32>
    %c6 = stablehlo.constant dense<3> : tensor<i32>
    %c7 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c8 = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %1 = stablehlo.add %arg0, %0 : tensor<3x3xf32>
    %2 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %3 = stablehlo.multiply %1, %2 : tensor<3x3xf32>
    %4 = stablehlo.cholesky %3, lower = true : tensor<3x3xf32>
    %5 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %6 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %7 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %8 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %9 = stablehlo.select %7, %4, %8 : tensor<3x3xi1>, tensor<3x3xf32>
    %10 = stablehlo.compare NE, %9, %9, FLOAT : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %11 = stablehlo.reduce(%10 init: %c2) applies stablehlo.or across dimensions = [0, 1] : (tensor<3x3xi1>, tensor<i1>) -> tensor<i1>
    %12 = stablehlo.broadcast_in_dim %11, dims = [] : (tensor<i1>) -> tensor<3x3xi1>
    %13 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %14 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %15 = stablehlo.select %13, %14, %9 : tensor<3x3xi1>, tensor<3x3xf32>
    %16 = stablehlo.select %12, %15, %9 : tensor<3x3xi1>, tensor<3x3xf32>
    %17 = stablehlo.broadcast_in_dim %c4, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
    %19 = stablehlo.iota dim = 0 : tensor<3xi32>
    %20 = stablehlo.iota dim = 0 : tensor<3xi32>
    %21 = stablehlo.broadcast_in_dim %c5, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %27:5 = stablehlo.while(%22 = %c5, %23 = %c5, %24 = %arg0, %25 = %21, %26 = %19) : tensor<i32>, tensor<i32>, tensor<3x3xf32>, tensor<3xi32>, tensor<3xi32>
    cond {
      %28 = stablehlo.compare LT, %22, %c6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %28 : tensor<i1>
    } do {
      %29 = stablehlo.broadcast_in_dim %23, dims = [] : (tensor<i32>) -> tensor<3xi32>
      %30 = stablehlo.compare GE, %19, %29, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
      %31 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %32 = stablehlo.add %23, %c6 : tensor<i32>
      %33 = stablehlo.select %31, %32, %23 : tensor<i1>, tensor<i32>
      %34 = stablehlo.dynamic_slice %24, %c5, %33, sizes = [3, 1] : (tensor<3x3xf32>, tensor<i32>, tensor<i32>) -> tensor<3x1xf32>
      %35 = stablehlo.reshape %34 : (tensor<3x1xf32>) -> tensor<3xf32>
      %36 = stablehlo.abs %35 : tensor<3xf32>
      %37 = stablehlo.broadcast_in_dim %c7, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %38 = stablehlo.select %30, %36, %37 : tensor<3xi1>, tensor<3xf32>
      %39 = stablehlo.iota dim = 0 : tensor<3xi32>
      %40:2 = stablehlo.reduce(%38 init: %c7), (%39 init: %c5) across dimensions = [0] : (tensor<3xf32>, tensor<3xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
       reducer(%41: tensor<f32>, %42: tensor<f32>) (%43: tensor<i32>, %44: tensor<i32>) {
        %45 = stablehlo.compare GT, %41, %42, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %46 = stablehlo.compare NE, %41, %41, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %47 = stablehlo.or %45, %46 : tensor<i1>
        %48 = stablehlo.compare EQ, %41, %42, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %49 = stablehlo.compare LT, %43, %44, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %50 = stablehlo.compare NE, %41, %41, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %51 = stablehlo.compare NE, %42, %42, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %52 = stablehlo.and %50, %51 : tensor<i1>
        %53 = stablehlo.or %48, %52 : tensor<i1>
        %54 = stablehlo.and %53, %49 : tensor<i1>
        %55 = stablehlo.not %52 : tensor<i1>
        %56 = stablehlo.and %47, %55 : tensor<i1>
        %57 = stablehlo.or %56, %54 : tensor<i1>
        %58 = stablehlo.select %47, %41, %42 : tensor<i1>, tensor<f32>
        %59 = stablehlo.select %57, %43, %44 : tensor<i1>, tensor<i32>
        stablehlo.return %58, %59 : tensor<f32>, tensor<i32>
      }
      %60 = stablehlo.compare LT, %40#1, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %61 = stablehlo.add %40#1, %c6 : tensor<i32>
      %62 = stablehlo.select %60, %61, %40#1 : tensor<i1>, tensor<i32>
      %63 = stablehlo.dynamic_slice %24, %62, %c5, sizes = [1, 3] : (tensor<3x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
      %64 = stablehlo.reshape %63 : (tensor<1x3xf32>) -> tensor<3xf32>
      %65 = stablehlo.reshape %64 : (tensor<3xf32>) -> tensor<1x3xf32>
      %66 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %67 = stablehlo.add %23, %c6 : tensor<i32>
      %68 = stablehlo.select %66, %67, %23 : tensor<i1>, tensor<i32>
      %69 = stablehlo.dynamic_update_slice %24, %65, %68, %c5 : (tensor<3x3xf32>, tensor<1x3xf32>, tensor<i32>, tensor<i32>) -> tensor<3x3xf32>
      %70 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %71 = stablehlo.add %23, %c6 : tensor<i32>
      %72 = stablehlo.select %70, %71, %23 : tensor<i1>, tensor<i32>
      %73 = stablehlo.dynamic_slice %24, %72, %c5, sizes = [1, 3] : (tensor<3x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
      %74 = stablehlo.reshape %73 : (tensor<1x3xf32>) -> tensor<3xf32>
      %75 = stablehlo.reshape %74 : (tensor<3xf32>) -> tensor<1x3xf32>
      %76 = stablehlo.compare LT, %40#1, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %77 = stablehlo.add %40#1, %c6 : tensor<i32>
      %78 = stablehlo.select %76, %77, %40#1 : tensor<i1>, tensor<i32>
      %79 = stablehlo.dynamic_update_slice %69, %75, %78, %c5 : (tensor<3x3xf32>, tensor<1x3xf32>, tensor<i32>, tensor<i32>) -> tensor<3x3xf32>
      %80 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %81 = stablehlo.add %23, %c6 : tensor<i32>
      %82 = stablehlo.select %80, %81, %23 : tensor<i1>, tensor<i32>
      %83 = stablehlo.dynamic_slice %79, %82, %c5, sizes = [1, 3] : (tensor<3x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
      %84 = stablehlo.reshape %83 : (tensor<1x3xf32>) -> tensor<3xf32>
      %85 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %86 = stablehlo.add %23, %c6 : tensor<i32>
      %87 = stablehlo.select %85, %86, %23 : tensor<i1>, tensor<i32>
      %88 = stablehlo.dynamic_slice %84, %87, sizes = [1] : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
      %89 = stablehlo.reshape %88 : (tensor<1xf32>) -> tensor<f32>
      %90 = stablehlo.broadcast_in_dim %89, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %91 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %92 = stablehlo.add %23, %c6 : tensor<i32>
      %93 = stablehlo.select %91, %92, %23 : tensor<i1>, tensor<i32>
      %94 = stablehlo.dynamic_slice %79, %c5, %93, sizes = [3, 1] : (tensor<3x3xf32>, tensor<i32>, tensor<i32>) -> tensor<3x1xf32>
      %95 = stablehlo.reshape %94 : (tensor<3x1xf32>) -> tensor<3xf32>
      %96 = stablehlo.compare GT, %19, %29, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
      %97 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %98 = stablehlo.compare NE, %90, %97, FLOAT : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
      %99 = stablehlo.and %96, %98 : tensor<3xi1>
      %100 = stablehlo.divide %95, %90 : tensor<3xf32>
      %101 = stablehlo.select %99, %100, %95 : tensor<3xi1>, tensor<3xf32>
      %102 = stablehlo.reshape %101 : (tensor<3xf32>) -> tensor<3x1xf32>
      %103 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %104 = stablehlo.add %23, %c6 : tensor<i32>
      %105 = stablehlo.select %103, %104, %23 : tensor<i1>, tensor<i32>
      %106 = stablehlo.dynamic_update_slice %79, %102, %c5, %105 : (tensor<3x3xf32>, tensor<3x1xf32>, tensor<i32>, tensor<i32>) -> tensor<3x3xf32>
      %107 = stablehlo.broadcast_in_dim %23, dims = [] : (tensor<i32>) -> tensor<3xi32>
      %108 = stablehlo.compare GT, %20, %107, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
      %109 = stablehlo.broadcast_in_dim %96, dims = [0] : (tensor<3xi1>) -> tensor<3x3xi1>
      %110 = stablehlo.broadcast_in_dim %108, dims = [1] : (tensor<3xi1>) -> tensor<3x3xi1>
      %111 = stablehlo.and %109, %110 : tensor<3x3xi1>
      %112 = stablehlo.broadcast_in_dim %101, dims = [0] : (tensor<3xf32>) -> tensor<3x3xf32>
      %113 = stablehlo.broadcast_in_dim %84, dims = [1] : (tensor<3xf32>) -> tensor<3x3xf32>
      %114 = stablehlo.multiply %112, %113 : tensor<3x3xf32>
      %115 = stablehlo.subtract %106, %114 : tensor<3x3xf32>
      %116 = stablehlo.select %111, %115, %106 : tensor<3x3xi1>, tensor<3x3xf32>
      %117 = stablehlo.reshape %40#1 : (tensor<i32>) -> tensor<1xi32>
      %118 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %119 = stablehlo.add %23, %c6 : tensor<i32>
      %120 = stablehlo.select %118, %119, %23 : tensor<i1>, tensor<i32>
      %121 = stablehlo.dynamic_update_slice %25, %117, %120 : (tensor<3xi32>, tensor<1xi32>, tensor<i32>) -> tensor<3xi32>
      %122 = stablehlo.compare LT, %40#1, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %123 = stablehlo.add %40#1, %c6 : tensor<i32>
      %124 = stablehlo.select %122, %123, %40#1 : tensor<i1>, tensor<i32>
      %125 = stablehlo.dynamic_slice %26, %124, sizes = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<1xi32>
      %126 = stablehlo.reshape %125 : (tensor<1xi32>) -> tensor<i32>
      %127 = stablehlo.reshape %126 : (tensor<i32>) -> tensor<1xi32>
      %128 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %129 = stablehlo.add %23, %c6 : tensor<i32>
      %130 = stablehlo.select %128, %129, %23 : tensor<i1>, tensor<i32>
      %131 = stablehlo.dynamic_update_slice %26, %127, %130 : (tensor<3xi32>, tensor<1xi32>, tensor<i32>) -> tensor<3xi32>
      %132 = stablehlo.compare LT, %23, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %133 = stablehlo.add %23, %c6 : tensor<i32>
      %134 = stablehlo.select %132, %133, %23 : tensor<i1>, tensor<i32>
      %135 = stablehlo.dynamic_slice %26, %134, sizes = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<1xi32>
      %136 = stablehlo.reshape %135 : (tensor<1xi32>) -> tensor<i32>
      %137 = stablehlo.reshape %136 : (tensor<i32>) -> tensor<1xi32>
      %138 = stablehlo.compare LT, %40#1, %c5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %139 = stablehlo.add %40#1, %c6 : tensor<i32>
      %140 = stablehlo.select %138, %139, %40#1 : tensor<i1>, tensor<i32>
      %141 = stablehlo.dynamic_update_slice %131, %137, %140 : (tensor<3xi32>, tensor<1xi32>, tensor<i32>) -> tensor<3xi32>
      %142 = stablehlo.add %23, %c8 : tensor<i32>
      %143 = stablehlo.add %22, %c8 : tensor<i32>
      stablehlo.return %143, %142, %116, %121, %141 : tensor<i32>, tensor<i32>, tensor<3x3xf32>, tensor<3xi32>, tensor<3xi32>
    }
    %144 = stablehlo.broadcast_in_dim %27#4, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %145 = "stablehlo.gather"(%18, %144) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<3x1xf32>, tensor<3x1xi32>) -> tensor<3x1xf32>
    %146 = "stablehlo.triangular_solve"(%27#2, %145) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = true}> : (tensor<3x3xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %147 = "stablehlo.triangular_solve"(%27#2, %146) <{left_side = true, lower = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = false}> : (tensor<3x3xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %148 = stablehlo.reshape %147 : (tensor<3x1xf32>) -> tensor<3xf32>
    %149:2 = stablehlo.custom_call @Qr(%arg0) : (tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>)
    %150 = stablehlo.pad %149#0, %c1, low = [0, 0], high = [0, 0], interior = [0, 0] : (tensor<3x3xf32>, tensor<f32>) -> tensor<3x3xf32>
    %151 = stablehlo.custom_call @ProductOfElementaryHouseholderReflectors(%150, %149#1) : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
    %152 = stablehlo.slice %149#0 [0:3, 0:3] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %153 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %154 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %155 = stablehlo.compare LE, %153, %154, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %156 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %157 = stablehlo.select %155, %152, %156 : tensor<3x3xi1>, tensor<3x3xf32>
    %158 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %159 = stablehlo.add %arg0, %158 : tensor<3x3xf32>
    %160 = stablehlo.broadcast_in_dim %c0, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %161 = stablehlo.multiply %159, %160 : tensor<3x3xf32>
    %162:2 = stablehlo.custom_call @Eigh(%161) {backend_config = "1,1,100,1e-6"} : (tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>)
    %163 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %164 = stablehlo.compare NE, %161, %161, FLOAT : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %165 = stablehlo.subtract %161, %161 : tensor<3x3xf32>
    %166 = stablehlo.compare NE, %165, %163, FLOAT : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %167 = stablehlo.or %164, %166 : tensor<3x3xi1>
    %168 = stablehlo.reduce(%167 init: %c2) applies stablehlo.or across dimensions = [0, 1] : (tensor<3x3xi1>, tensor<i1>) -> tensor<i1>
    %169 = stablehlo.broadcast_in_dim %168, dims = [] : (tensor<i1>) -> tensor<3x3xi1>
    %170 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %171 = stablehlo.select %169, %170, %162#0 : tensor<3x3xi1>, tensor<3x3xf32>
    %172 = stablehlo.broadcast_in_dim %c1, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %173 = stablehlo.compare NE, %161, %161, FLOAT : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %174 = stablehlo.subtract %161, %161 : tensor<3x3xf32>
    %175 = stablehlo.compare NE, %174, %172, FLOAT : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xi1>
    %176 = stablehlo.or %173, %175 : tensor<3x3xi1>
    %177 = stablehlo.reduce(%176 init: %c2) applies stablehlo.or across dimensions = [0, 1] : (tensor<3x3xi1>, tensor<i1>) -> tensor<i1>
    %178 = stablehlo.broadcast_in_dim %177, dims = [] : (tensor<i1>) -> tensor<3xi1>
    %179 = stablehlo.broadcast_in_dim %c3, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %180 = stablehlo.select %178, %179, %162#1 : tensor<3xi1>, tensor<3xf32>
    return %16, %148, %157, %180 : tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>
  }
}
