/** Ten probabilities as bars, the likeliest one marked. */
export class Bars {
  private readonly rows: readonly HTMLElement[];

  constructor(list: HTMLElement) {
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const row = document.createElement("li");
      row.innerHTML = `<span>${digit}</span><span class="track"><span class="bar"></span></span><output></output>`;
      list.append(row);
      return row;
    });
    this.show(null);
  }

  /** Null: there is nothing to show. */
  show(probabilities: Float32Array | null): void {
    const best = probabilities === null ? -1 : likeliest(probabilities);
    this.rows.forEach((row, digit) => {
      const percent = 100 * (probabilities?.[digit] ?? 0);
      row.classList.toggle("best", digit === best);
      row.querySelector<HTMLElement>(".bar")!.style.width = `${percent}%`; // made above
      row.querySelector("output")!.value = probabilities === null ? "" : `${percent.toFixed(1)} %`;
    });
  }
}

/** The digit of the highest probability. */
export function likeliest(probabilities: Float32Array): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
