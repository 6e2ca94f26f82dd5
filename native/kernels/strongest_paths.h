// By which way diffusion reaches a vertex most.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

// Diffusion is a sum over all walks (Iscen et al. 2017): f = (1 - alpha) sum_t (alpha S)^t y. Of each target this finds
// the walk from a vertex with y > 0 whose term, y times alpha S of each step, is largest (Dijkstra's search by
// products, which steps of at most 1 never raise).
//
// graph: S, symmetric, entries in [0, 1]. y: a value a vertex, at least 0. before: a value a vertex; of the targets and
// all on their walks, the vertex before it, itself where the walk starts; -1 of vertices that no walk reaches or that
// were not needed. Of walks equally strong the one whose last vertices have the smaller ids.
//
// Takes as many steps as there are edges of vertices that lie nearer than the farthest target. Allocates 9 bytes a
// vertex and 16 an edge looked at. Throws InvalidArgument (shapes, alpha, a target or y out of range) and Cancelled.
// Thread-safe.
void strongest_paths(const SparseView& graph, double alpha, std::span<const float> y,
                     std::span<const std::int32_t> targets, const Control& control, std::span<std::int32_t> before);

}  // namespace leitmotif
