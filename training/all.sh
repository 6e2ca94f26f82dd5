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
# scenes SEED IMAGES OBJECTS
scenes() { [ -e "runs/scenes-$1" ] || node ../dist/cli/main.js generate "runs/scenes-$1" --seed "$1" --images "$2" --objects "$3" --size 448; }
train() { # NAME [options]
  python3 train.py --pictures runs/photos.zip:.45 runs/drawings.zip:.2 runs/scenes.zip:.15 --teacher "$teacher" --out "runs/$1" "${@:2}"
}

[ -e runs/drawings ] || node --import ../bench/support/register-typescript.mjs drawings.ts runs/drawings 1101 2800
scenes 1001 900 0
for seed in 1011 1012; do scenes $seed 1200 1200; done
pack photos "$photos"
pack drawings --side 224 runs/drawings
pack scenes runs/scenes-1001/images
[ -e runs/things.zip ] || python3 pack_things.py --out runs/things.zip runs/scenes-1011 runs/scenes-1012

# First pieces of pictures; then things that recur besides; then how loud a cell is to be, given what it says by now.
train pieces --steps 3400 "$@"
train things --start runs/pieces --things runs/things.zip:.2 --rate 2e-3 --steps 3400 "$@"
train network --start runs/things --things runs/things.zip:.2 --only gates --rate 2e-3 --steps 850 "$@"
python3 export.py runs/network/network.pt ../models/default.onnx
