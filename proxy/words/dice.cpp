#include "proxy/words/dice.hpp"

#include <memory>
#include <random>

namespace sallyport {

std::function<double()> make_dice() {
  return [generator = std::make_shared<std::mt19937_64>(std::random_device{}())] { return std::uniform_real_distribution<double>(0, 1)(*generator); };
}

}  // namespace sallyport
