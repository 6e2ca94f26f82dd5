// What recurs in a folder of photos: `node examples/folder.mjs <photos> <out>`.
import { discover, writeReport } from "leitmotif";

const [photos, out] = process.argv.slice(2);

const collection = await discover(photos, {
  out,
  onProgress: (event) => {
    if (event.type === "skipped") console.error(`skipped ${event.path}: ${event.reason}`);
  },
});

console.log(`${collection.objects.length} objects recur in ${collection.images.length} photos`);
const owner = collection.images.flatMap((image) => image.featureRegions.map((region) => ({ image, region })));
for (const { images, exemplar } of collection.objects) {
  const { image, region } = owner[exemplar];
  const { x, y, width, height } = region.box;
  console.log(`in ${images} photos, at its clearest in ${image.path} at ${x}, ${y}, ${width} x ${height} pixels`);
}
console.log((await writeReport(collection)).page);
