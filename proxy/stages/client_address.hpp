#pragma once
/// From which address a request comes, for restrictions and limits by address.

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::stages {

/// The peer, unless it is a trusted proxy: then the last address in `forwarded` (x-forwarded-for, whose entries each hop appends) that is not
/// one. What stands before that, anybody may have written. A peer whose header names no address counts itself.
std::string client_address(const std::string& peer, std::string_view forwarded, const std::vector<config::network>& trusted_proxies);

/// Whether an address lies in one of the ranges; never for a text that is no address.
bool lies_in(std::string_view address, const std::vector<config::network>& ranges);

}  // namespace sallyport::stages
