import { checkArray, checkInteger, checkObject } from "../check.js";

/** A dense matrix (rows, columns), row-major (`data[row * columns + column]`). */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Checks type and shape; a matrix may have no rows. That the values are finite is checked where they are used. */
export function checkMatrix(matrix: Matrix, name = "matrix"): Matrix {
  checkObject(name, matrix);
  const rows = checkInteger(`${name}.rows`, matrix.rows, { min: 0 });
  const columns = checkInteger(`${name}.columns`, matrix.columns, { min: 1 });
  checkArray(`${name}.data`, matrix.data, Float32Array, rows * columns);
  return matrix;
}
