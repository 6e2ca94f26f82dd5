// Makes .ts files importable, in worker threads too (which "--import=tsx" does not).
import { register } from "tsx/esm/api";

register();
