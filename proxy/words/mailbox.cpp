#include "proxy/words/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace sallyport {

struct mailbox::slot {
  explicit slot(boost::asio::io_context& on) : bell(on.get_executor(), ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  boost::asio::posix::basic_stream_descriptor<executor> bell;
  std::mutex lock;
  std::vector<std::function<void()>> letters;
};

mailbox::mailbox(boost::asio::io_context& on) : slot_(std::make_shared<slot>(on)) {}

mailbox::~mailbox() {
  boost::system::error_code ignored;
  slot_->bell.cancel(ignored);
}

void mailbox::open() { await(slot_); }

void mailbox::await(std::shared_ptr<slot> of) {
  auto& bell = of->bell;
  bell.async_wait(boost::asio::posix::descriptor_base::wait_read, [of = std::move(of)](boost::system::error_code ended) {
    if (ended) return;
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto read = ::read(of->bell.native_handle(), &rung, sizeof rung);
    std::vector<std::function<void()>> letters;
    {
      const std::scoped_lock held(of->lock);
      letters.swap(of->letters);
    }
    await(of);
    for (const auto& open : letters) open();
  });
}

void mailbox::post(std::function<void()> what) {
  const std::scoped_lock held(slot_->lock);
  slot_->letters.push_back(std::move(what));
  const std::uint64_t one = 1;
  if (slot_->letters.size() > 1) return;   // it has been rung for those before
  [[maybe_unused]] const auto written = ::write(slot_->bell.native_handle(), &one, sizeof one);
}

}  // namespace sallyport
