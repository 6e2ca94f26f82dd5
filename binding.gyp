{
  # node-gyp (npm rebuild, prebuildify) hands over to the CMake build, which holds the one list of sources.
  "targets": [
    {
      "target_name": "leitmotif",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "inputs": [],
          "outputs": ["<(module_root_dir)/build/Release/leitmotif.node"],
          "action": ["node", "<(module_root_dir)/scripts/build-native.mjs"]
        }
      ]
    }
  ]
}
