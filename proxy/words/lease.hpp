#pragma once
/// Something admitted and to be given back: given back by destruction, exactly once, whatever happens to the request.

#include <functional>
#include <utility>

namespace sallyport {

class lease {
 public:
  lease() = default;
  explicit lease(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
  lease(lease&& other) noexcept : give_back_(std::exchange(other.give_back_, nullptr)) {}
  lease& operator=(lease&& other) noexcept {
    if (this != &other) {
      end();
      give_back_ = std::exchange(other.give_back_, nullptr);
    }
    return *this;
  }
  ~lease() { end(); }

  /// Gives it back now; later calls do nothing.
  void end() {
    if (auto give_back = std::exchange(give_back_, nullptr)) give_back();
  }
  explicit operator bool() const { return static_cast<bool>(give_back_); }

 private:
  std::function<void()> give_back_;
};

}  // namespace sallyport
