#pragma once
/// Chance, handed in: whatever is drawn in the request path is drawn by one of these.

#include <functional>

namespace sallyport {

/// Uniform in [0, 1), seeded by the system. Copies draw from the same generator, so that no two calls draw the same. One thread.
std::function<double()> make_dice();

}  // namespace sallyport
