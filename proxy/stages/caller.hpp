#pragma once
/// Who asks: a key and the team that it belongs to.

#include "config/settings.hpp"

#include <memory>
#include <string>

namespace sallyport::stages {

/// Both null while the gateway is open; `key` null also where no key is at hand (explain).
struct caller {
  std::shared_ptr<const config::team> team;
  std::shared_ptr<const config::key> key;
};

}  // namespace sallyport::stages
