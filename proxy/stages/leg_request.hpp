#pragma once
/// What goes out in one send: a call in its provider's language, or the rest of one whose answer broke. Pure.

#include "adapters/dialect.hpp"
#include "config/settings.hpp"

#include <string_view>

namespace sallyport::stages {

struct leg_request {
  provider_request written;
  const dialect* spoken = nullptr;   ///< the provider's side of it
  bool is_translated = false;        ///< the client speaks another one: what comes back is read whole and written anew
  continuation by = continuation::none;   ///< of a rest: in which way it is gone on with
};

/// Fails with not_supported, or with invalid_request where the client's body is found to be wrong only when it is read whole: this deployment
/// cannot be asked that. The failure names the field. `states`: which opaque state this provider may be given.
result<leg_request> write_leg(const call& asked, const config::deployment& to, const state_rule& states = nullptr);

/// The same for a call of whose answer the client has `delivered`; asked anew where it cannot be gone on with in the way of `how`.
result<leg_request> write_rest(const call& asked, const config::deployment& to, continuation how, std::string_view delivered,
                               const state_rule& states = nullptr);

}  // namespace sallyport::stages
