import { Code } from "./code.ts";

/** Bytes of an element of depth of one panel of four vectors. */
export const panelBytes = { single: 16, double: 32 } as const;

/** Left panels of singles that stay in the nearest cache while the right ones pass. */
const groupPanels = 6;

/**
 * A function of the numbers of left panels, of right ones, and of elements of depth. Left panels
 * lie at 0, right ones at `rightAt`, sums row by row at `sumsAt`.
 *
 * For each right panel and each left one: the tile of four rows and four columns, eight registers
 * of two sums, loaded, increased by the products of `depth` elements and stored.
 */
export function doubleProduct(rightAt: number, sumsAt: number): Code {
  const code = new Code(["i32", "i32", "i32"]);
  const [leftPanels, rightPanels, depth] = [0, 1, 2];
  const [i, j, k] = [code.local("i32"), code.local("i32"), code.local("i32")];
  const [a, b, tile, nextRow] = [
    code.local("i32"),
    code.local("i32"),
    code.local("i32"),
    code.local("i32"),
  ];
  const columns = [code.local("v128"), code.local("v128")];
  const element = code.local("v128");
  const rows = [0, 1, 2, 3];
  const totals = rows.map(() => columns.map(() => code.local("v128")));
  const eachTotal = (visit: (total: number, half: number) => void): void => {
    code.get(tile).set(b); // the address of the row at hand; b is free here
    rows.forEach((row) => {
      totals[row]?.forEach(visit);
      if (row < 3) code.increase(b, () => code.get(nextRow));
    });
  };
  code.get(rightPanels).i32(panelBytes.double).op("i32.mul").set(nextRow);
  code.countTo(j, rightPanels, () => {
    code.i32(0).set(a);
    code.i32(sumsAt);
    code.get(j).i32(panelBytes.double).op("i32.mul").op("i32.add").set(tile);
    code.countTo(i, leftPanels, () => {
      eachTotal((total, half) =>
        code
          .get(b)
          .at("v128.load", 16 * half)
          .set(total),
      );
      code.get(j).get(depth).op("i32.mul").i32(panelBytes.double).op("i32.mul");
      code.i32(rightAt).op("i32.add").set(b);
      code.countTo(k, depth, () => {
        columns.forEach((column, half) => {
          code
            .get(b)
            .at("v128.load", 16 * half)
            .set(column);
        });
        rows.forEach((row) => {
          code
            .get(a)
            .at("v128.load64_splat", 8 * row)
            .set(element);
          totals[row]?.forEach((total, half) => {
            code
              .get(total)
              .get(element)
              .get(columns[half] as number); // two halves
            code.op("f64x2.mul").op("f64x2.add").set(total);
          });
        });
        code.increase(a, () => code.i32(panelBytes.double));
        code.increase(b, () => code.i32(panelBytes.double));
      });
      eachTotal((total, half) =>
        code
          .get(b)
          .get(total)
          .at("v128.store", 16 * half),
      );
      code.increase(tile, () => code.get(nextRow).i32(4).op("i32.mul"));
    });
  });
  return code;
}

/**
 * The same of singles, and of pairs of right panels: tiles of four rows and eight columns. Sums
 * are those of the piece, from 0, which are then added to those in memory. The last pair may have
 * anything for its second panel.
 */
export function singleProduct(rightAt: number, sumsAt: number, fused: boolean): Code {
  const code = new Code(["i32", "i32", "i32"]);
  const [leftPanels, pairs, depth] = [0, 1, 2];
  const local = (): number => code.local("i32");
  const [group, inGroup, i, j] = [local(), local(), local(), local()];
  const [a, b, second, end] = [local(), local(), local(), local()];
  const [firstA, tile, rowOfTile, nextRow, panel] = [local(), local(), local(), local(), local()];
  const columns = [code.local("v128"), code.local("v128")] as const;
  const element = code.local("v128");
  const rows = [0, 1, 2, 3];
  const totals = rows.map(() => columns.map(() => code.local("v128")));
  const step = panelBytes.single;
  code.get(depth).i32(step).op("i32.mul").set(panel);
  code
    .get(pairs)
    .i32(2 * step)
    .op("i32.mul")
    .set(nextRow);
  code.i32(0).set(group);
  code.loop(
    () => {
      code.get(leftPanels).get(group).op("i32.sub").set(inGroup);
      code.get(inGroup).i32(groupPanels).op("i32.gt_s");
      code.when(() => code.i32(groupPanels).set(inGroup));
      code.get(group).get(panel).op("i32.mul").set(firstA);
      code.countTo(j, pairs, () => {
        code.get(firstA).set(a);
        code.get(group).i32(4).op("i32.mul").get(nextRow).op("i32.mul");
        code
          .get(j)
          .i32(2 * step)
          .op("i32.mul")
          .op("i32.add")
          .i32(sumsAt)
          .op("i32.add")
          .set(tile);
        code.countTo(i, inGroup, () => {
          code
            .get(j)
            .get(panel)
            .op("i32.mul")
            .i32(2)
            .op("i32.mul")
            .i32(rightAt)
            .op("i32.add")
            .set(b);
          code.get(b).get(panel).op("i32.add").set(second);
          code.get(second).set(end);
          const zero = new Float32Array(4);
          for (const total of totals.flat()) code.vector(zero).set(total);
          code.loop(
            () => {
              code.get(b).at("v128.load").set(columns[0]);
              code.get(second).at("v128.load").set(columns[1]);
              rows.forEach((row) => {
                code
                  .get(a)
                  .at("v128.load32_splat", 4 * row)
                  .set(element);
                totals[row]?.forEach((total, half) => {
                  const column = columns[half] as number; // two halves
                  if (fused) {
                    code.get(element).get(column).get(total).op("f32x4.relaxed_madd").set(total);
                  } else {
                    code.get(total).get(element).get(column);
                    code.op("f32x4.mul").op("f32x4.add").set(total);
                  }
                });
              });
              for (const address of [a, b, second]) code.increase(address, () => code.i32(step));
            },
            () => code.get(b).get(end).op("i32.lt_u"),
          );
          code.get(tile).set(rowOfTile);
          rows.forEach((row) => {
            totals[row]?.forEach((total, half) => {
              code
                .get(rowOfTile)
                .get(rowOfTile)
                .at("v128.load", 16 * half);
              code
                .get(total)
                .op("f32x4.add")
                .at("v128.store", 16 * half);
            });
            code.increase(rowOfTile, () => code.get(nextRow));
          });
          code.get(rowOfTile).set(tile);
        });
      });
      code.increase(group, () => code.i32(groupPanels));
    },
    () => code.get(group).get(leftPanels).op("i32.lt_u"),
  );
  return code;
}
