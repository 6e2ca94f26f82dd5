#!/usr/bin/env bash
# From photos to models/default.onnx: training/all.sh PHOTOS TEACHER.onnx [options of train.py]
#
# PHOTOS: a folder of unlabelled photos. What is done already in runs/ is not done again, and training goes on where it was.
set -euo pipefail
photos=$(realpath "$1") teacher=$(realpath "$2")
shift 2
cd "$(dirname "$0")"
mkdir -p runs
pack() { [ -e "runs/$1.zip" ] || python3 pack.py --out "runs/$1.zip" "${@:2}"; }

[ -e runs/drawings ] || node --import ../test/support/register-typescript.mjs drawings.ts runs/drawings 1101 4500
for seed in 1001 1002; do
  [ -e runs/scenes-$seed ] || node ../dist/cli/main.js generate runs/scenes-$seed --seed $seed --images 900 --objects 0 --size 448
done
pack photos "$photos"
pack drawings --side 224 runs/drawings
pack scenes runs/scenes-1001/images runs/scenes-1002/images
python3 train.py --pictures runs/photos.zip:.45 runs/drawings.zip:.2 runs/scenes.zip:.15 --teacher "$teacher" --out runs/network "$@"
python3 export.py runs/network/network.pt ../models/default.onnx
