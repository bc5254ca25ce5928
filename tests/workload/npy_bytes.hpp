// Bytes of .npy files, written by hand as the format's description has them.
#pragma once
#include <string>

namespace saccade {

/// A file of version 1.0 with any header: its length as 2 bytes, the dictionary, spaces so that the
/// data begins at a multiple of 64, and the data.
inline std::string npy_file(std::string dictionary, const std::string& data) {
  while ((10 + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(dictionary.size() % 256);
  bytes += static_cast<char>(dictionary.size() / 256);
  return bytes + dictionary + data;
}

/// The same of an array: npy_array("|b1", "(1, 1, 2, 2)", data).
inline std::string npy_array(const std::string& type, const std::string& shape,
                             const std::string& data, bool fortran_order = false) {
  return npy_file("{'descr': '" + type + "', 'fortran_order': " +
                      (fortran_order ? "True" : "False") + ", 'shape': " + shape + ", }",
                  data);
}

/// "0110" as bytes of the values 0 and 1.
inline std::string bits(std::string digits) {
  for (char& digit : digits) digit = static_cast<char>(digit - '0');
  return digits;
}

}  // namespace saccade
