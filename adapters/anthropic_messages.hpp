#pragma once
/// The dialect `anthropic_messages`: Anthropic's Messages and all who speak like them.

#include "adapters/dialect.hpp"

namespace sallyport::anthropic_messages {

/// Lives as long as the process.
const dialect& the_dialect();

}  // namespace sallyport::anthropic_messages
