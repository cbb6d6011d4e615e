#pragma once
/// How commands end.

namespace sallyport::commands {

enum exit_code : int { done = 0, failed = 1, bad_configuration = 2 };

}  // namespace sallyport::commands
