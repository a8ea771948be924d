// words by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<vec2u>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let invocation = wg.x * 64u + lid;
  if (invocation >= 2u) { return; }
  let e = invocation;
  let c0 = e;
  b0[e] = b1[0u][c0];
}

// map by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
fn shiftLeft(x: u32, count: u32, bits: u32) -> u32 {
  return select(0u, x << (count & 31u), count < bits);
}
fn shiftRight(x: u32, count: u32, bits: u32) -> u32 {
  return select(0u, x >> (count & 31u), count < bits);
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 6u) { return; }
  let x0 = b1[0u];
  let x1 = (0u + x0);
  let x2 = i32(word);
  let x3 = bitcast<u32>(x2);
  let x4 = b1[1u];
  let x5 = (x3 + x4);
  let x6 = (x1 + x5);
  let x7 = shiftLeft(x5, 13u, 32u);
  let x8 = shiftRight(x5, 19u, 32u);
  let x9 = (x7 | x8);
  let x10 = (x9 ^ x6);
  let x11 = (x6 + x10);
  let x12 = shiftLeft(x10, 15u, 32u);
  let x13 = shiftRight(x10, 17u, 32u);
  let x14 = (x12 | x13);
  let x15 = (x14 ^ x11);
  let x16 = (x11 + x15);
  let x17 = shiftLeft(x15, 26u, 32u);
  let x18 = shiftRight(x15, 6u, 32u);
  let x19 = (x17 | x18);
  let x20 = (x19 ^ x16);
  let x21 = (x16 + x20);
  let x22 = (x21 + x4);
  let x23 = shiftLeft(x20, 6u, 32u);
  let x24 = shiftRight(x20, 26u, 32u);
  let x25 = (x23 | x24);
  let x26 = (x25 ^ x21);
  let x27 = (x0 ^ x4);
  let x28 = (x27 ^ 466688986u);
  let x29 = (x26 + x28);
  let x30 = (x29 + 1u);
  let x31 = (x22 + x30);
  let x32 = shiftLeft(x30, 17u, 32u);
  let x33 = shiftRight(x30, 15u, 32u);
  let x34 = (x32 | x33);
  let x35 = (x34 ^ x31);
  let x36 = (x31 + x35);
  let x37 = shiftLeft(x35, 29u, 32u);
  let x38 = shiftRight(x35, 3u, 32u);
  let x39 = (x37 | x38);
  let x40 = (x39 ^ x36);
  let x41 = (x36 + x40);
  let x42 = shiftLeft(x40, 16u, 32u);
  let x43 = shiftRight(x40, 16u, 32u);
  let x44 = (x42 | x43);
  let x45 = (x44 ^ x41);
  let x46 = (x41 + x45);
  let x47 = (x46 + x28);
  let x48 = shiftLeft(x45, 24u, 32u);
  let x49 = shiftRight(x45, 8u, 32u);
  let x50 = (x48 | x49);
  let x51 = (x50 ^ x46);
  let x52 = (x51 + x0);
  let x53 = (x52 + 2u);
  let x54 = (x47 + x53);
  let x55 = shiftLeft(x53, 13u, 32u);
  let x56 = shiftRight(x53, 19u, 32u);
  let x57 = (x55 | x56);
  let x58 = (x57 ^ x54);
  let x59 = (x54 + x58);
  let x60 = shiftLeft(x58, 15u, 32u);
  let x61 = shiftRight(x58, 17u, 32u);
  let x62 = (x60 | x61);
  let x63 = (x62 ^ x59);
  let x64 = (x59 + x63);
  let x65 = shiftLeft(x63, 26u, 32u);
  let x66 = shiftRight(x63, 6u, 32u);
  let x67 = (x65 | x66);
  let x68 = (x67 ^ x64);
  let x69 = (x64 + x68);
  let x70 = (x69 + x0);
  let x71 = shiftLeft(x68, 6u, 32u);
  let x72 = shiftRight(x68, 26u, 32u);
  let x73 = (x71 | x72);
  let x74 = (x73 ^ x69);
  let x75 = (x74 + x4);
  let x76 = (x75 + 3u);
  let x77 = (x70 + x76);
  let x78 = shiftLeft(x76, 17u, 32u);
  let x79 = shiftRight(x76, 15u, 32u);
  let x80 = (x78 | x79);
  let x81 = (x80 ^ x77);
  let x82 = (x77 + x81);
  let x83 = shiftLeft(x81, 29u, 32u);
  let x84 = shiftRight(x81, 3u, 32u);
  let x85 = (x83 | x84);
  let x86 = (x85 ^ x82);
  let x87 = (x82 + x86);
  let x88 = shiftLeft(x86, 16u, 32u);
  let x89 = shiftRight(x86, 16u, 32u);
  let x90 = (x88 | x89);
  let x91 = (x90 ^ x87);
  let x92 = (x87 + x91);
  let x93 = (x92 + x4);
  let x94 = shiftLeft(x91, 24u, 32u);
  let x95 = shiftRight(x91, 8u, 32u);
  let x96 = (x94 | x95);
  let x97 = (x96 ^ x92);
  let x98 = (x97 + x28);
  let x99 = (x98 + 4u);
  let x100 = (x93 + x99);
  let x101 = shiftLeft(x99, 13u, 32u);
  let x102 = shiftRight(x99, 19u, 32u);
  let x103 = (x101 | x102);
  let x104 = (x103 ^ x100);
  let x105 = (x100 + x104);
  let x106 = shiftLeft(x104, 15u, 32u);
  let x107 = shiftRight(x104, 17u, 32u);
  let x108 = (x106 | x107);
  let x109 = (x108 ^ x105);
  let x110 = (x105 + x109);
  let x111 = shiftLeft(x109, 26u, 32u);
  let x112 = shiftRight(x109, 6u, 32u);
  let x113 = (x111 | x112);
  let x114 = (x113 ^ x110);
  let x115 = (x110 + x114);
  let x116 = (x115 + x28);
  let x117 = shiftLeft(x114, 6u, 32u);
  let x118 = shiftRight(x114, 26u, 32u);
  let x119 = (x117 | x118);
  let x120 = (x119 ^ x115);
  let x121 = (x120 + x0);
  let x122 = (x121 + 5u);
  let x123 = (x116 ^ x122);
  b0[word] = x123;
}
