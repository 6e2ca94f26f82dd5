import test from "ava";
import { ImageNames } from "../../../lib/evaluation/ground-truth/image-names.js";

test("a name may begin above the paths, with the folder that they start from", (t) => {
  const names = new ImageNames(["a.jpg", "sub/b.png", "images/c.jpg"], "/data/bench/images");
  t.is(names.find("images/a.jpg"), 0);
  t.is(names.find("bench/images/a"), 0);
  t.is(names.find("/data/bench/images/sub/b.png"), 1);
  t.is(names.find("images/b"), 1, "as b alone would");
  t.is(names.find("images/c.jpg"), 2, "a path first");
  t.is(names.find("ages/a.jpg"), undefined, "whole folders only");
  t.is(names.find("other/a.jpg"), undefined);
  t.is(new ImageNames(["a.jpg"]).find("images/a.jpg"), undefined, "where no folder is known");
});

test("a name that fits several images gives them, from above too", (t) => {
  const names = new ImageNames(["x/a.jpg", "y/a.jpg"], "/data/images");
  t.deepEqual(names.find("a"), ["x/a.jpg", "y/a.jpg"]);
  t.deepEqual(names.find("images/a"), ["x/a.jpg", "y/a.jpg"]);
});
