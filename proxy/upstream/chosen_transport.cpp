#include "proxy/upstream/chosen_transport.hpp"

#include "proxy/upstream/curl_transport.hpp"
#include "proxy/upstream/native_transport.hpp"

#include <utility>

namespace sallyport::upstream {
namespace {

class chosen_transport final : public transport {
 public:
  chosen_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post)
      : native_(make_native_transport(on, time, kept, std::move(post))), curl_(make_curl_transport(on, time, kept)) {}

  std::unique_ptr<transfer> send(const cleared& target, outgoing what) override {
    auto& by = target.provider().goes_by == config::transport_kind::native ? native_ : curl_;
    return by->send(target, std::move(what));
  }

 private:
  std::unique_ptr<transport> native_;
  std::unique_ptr<transport> curl_;
};

}  // namespace

std::unique_ptr<transport> make_chosen_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post) {
  return std::make_unique<chosen_transport>(on, time, kept, std::move(post));
}

}  // namespace sallyport::upstream
