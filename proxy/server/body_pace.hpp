#pragma once
/// How long a request's body may take. Pure.
///
/// Two limits hold together. `body_timeout` is the most, however much comes. Within it a body has as long as a head for a beginning, and from
/// then on has to have come at `min_body_rate` on the average: so whoever sends a byte now and then is not waited for. What arrives does not extend
/// the time beyond the most, since a body holds its declared length of `max_buffered` for as long as it takes. The most may be raised for
/// slow lines, since the rate ends what only pretends.

#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>

namespace sallyport::server {

/// Of a body whose head was read at `began` and of which `received` bytes are there.
instant body_deadline(const config::listen_settings& terms, instant began, std::uint64_t received);

}  // namespace sallyport::server
