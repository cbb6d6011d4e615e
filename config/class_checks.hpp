#pragma once
/// Data classes that a configuration gives to calls, held against its policies: a class that no deployment may serve is a problem at load.

#include "config/cursor.hpp"
#include "config/root_keys.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

void check_classes(const cursor& root, const root_draft& from, const settings& made);

}  // namespace sallyport::config
