#pragma once
/// What stands in a call: attachments and detectors may raise its data class, or refuse it. The last source of a class and the only dear one, so it
/// is left out where its finds could change nothing.

#include "adapters/call_text.hpp"
#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/policy/privacy/detectors.hpp"
#include "proxy/words/facts.hpp"

#include <functional>
#include <memory>
#include <string>

namespace sallyport::stages {

/// The detectors that a configuration asks for. Null when it asks for none, or when they cannot be made: then `wanted` says that nobody looked.
struct lookout {
  std::shared_ptr<const policy::privacy::detectors> detectors;
  bool wanted = false;
};

lookout lookout_of(const config::privacy_settings& how);

/// Raises the class in `known`; what could not be looked through (too much, too late, too deep, tokens) raises it to `how.unscanned`. Fails with
/// protected_content where `how` says so: the sentence names the detector, and `rule` becomes its name. `reader` is the caller's memory for it;
/// `expired`, asked now and then, says that the time for it is over; empty: it never is.
result<void> inspect(const call& asked, const config::privacy_settings& how, const lookout& with, call_text& reader,
                     const std::function<bool()>& expired, facts& known, std::string& rule);

}  // namespace sallyport::stages
