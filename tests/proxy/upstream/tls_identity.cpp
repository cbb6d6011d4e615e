#include "tests/proxy/upstream/tls_identity.hpp"

#include <boost/asio/buffer.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>

namespace sallyport::tests {
namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free)>;

key_ptr new_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void add_extension(X509* to, int what, const std::string& value) {
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
  X509_add_ext(to, made, -1);
  X509_EXTENSION_free(made);
}

certificate_ptr certificate(const char* common_name, EVP_PKEY* key, const std::string& constraints, const std::string& alternative,
                            X509* issuer, EVP_PKEY* issuer_key) {
  certificate_ptr made(X509_new(), &X509_free);
  static long serial = 1;
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : name);
  X509_set_pubkey(made.get(), key);
  add_extension(made.get(), NID_basic_constraints, constraints);
  if (!alternative.empty()) add_extension(made.get(), NID_subject_alt_name, alternative);
  X509_sign(made.get(), issuer_key, EVP_sha256());
  return made;
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem(X509* of) {
  bio_ptr bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(bio.get(), of);
  return text_of(bio.get());
}

std::string pem(EVP_PKEY* of) {
  bio_ptr bio(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PrivateKey(bio.get(), of, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

std::string fresh_file_name() {
  static std::atomic<int> number{0};
  const std::string name = "sallyport-test-" + std::to_string(::getpid()) + "-" + std::to_string(++number) + ".pem";
  return (std::filesystem::temp_directory_path() / name).string();
}

}  // namespace

tls_identity::tls_identity(const std::string& name) : ca_file_(fresh_file_name()) {
  const auto authority_key = new_key();
  const auto authority = certificate("test authority", authority_key.get(), "critical,CA:TRUE", {}, nullptr, authority_key.get());
  const auto key = new_key();
  const auto own = certificate("test server", key.get(), "CA:FALSE", name, authority.get(), authority_key.get());
  std::ofstream(ca_file_) << pem(authority.get());
  server_.use_certificate(boost::asio::buffer(pem(own.get())), boost::asio::ssl::context::pem);
  server_.use_private_key(boost::asio::buffer(pem(key.get())), boost::asio::ssl::context::pem);
}

tls_identity::~tls_identity() { std::filesystem::remove(ca_file_); }

}  // namespace sallyport::tests
