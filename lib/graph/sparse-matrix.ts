import { checkArray, checkInteger, checkObject } from "../check.js";

/**
 * A sparse matrix in compressed rows (CSR): row i holds `data[p]` at column `indices[p]` for p from `indptr[i]` to
 * `indptr[i + 1] - 1`. Columns ascend in a row.
 */
export interface SparseMatrix {
  /** Where each row begins, and the last ends (rows + 1). */
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Checks types and sizes; that the arrays agree with each other is checked natively, before they are used. */
export function checkSparseMatrix(matrix: SparseMatrix, name = "matrix"): SparseMatrix {
  checkObject(name, matrix);
  const rows = checkInteger(`${name}.rows`, matrix.rows, { min: 0 });
  checkInteger(`${name}.columns`, matrix.columns, { min: 0 });
  checkArray(`${name}.indptr`, matrix.indptr, Int32Array, rows + 1);
  checkArray(`${name}.indices`, matrix.indices, Int32Array);
  checkArray(`${name}.data`, matrix.data, Float32Array, matrix.indices.length);
  return matrix;
}
