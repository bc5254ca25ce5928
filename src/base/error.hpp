// What a user did wrong, and where: collected over a whole file, thrown at once.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace saccade {

/// One mistake of the user. `pointer` is a JSON pointer ("" = the whole file) or "line 7" of a CSV.
struct Mistake {
  std::string file;
  std::string pointer;
  std::string message;  ///< what is wrong, and what was expected
};

/// "file: pointer: message", without the parts that are empty.
std::string to_string(const Mistake& mistake);

/// Mistakes that the user can mend; the command line prints all of them and exits with 1.
class UserError : public std::runtime_error {
 public:
  explicit UserError(std::vector<Mistake> mistakes);
  /// One mistake that belongs to no place in a file.
  explicit UserError(const std::string& message) : UserError({Mistake{"", "", message}}) {}
  const std::vector<Mistake>& mistakes() const { return mistakes_; }

 private:
  std::vector<Mistake> mistakes_;
};

/// Gathers mistakes so that all of a file's are answered together.
class Mistakes {
 public:
  void add(std::string file, std::string pointer, std::string message);
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  const std::vector<Mistake>& list() const { return list_; }
  /// Throws UserError if there is any mistake.
  void check() const;
  /// Calls `work` and takes over the mistakes that it throws.
  template <class Work>
  void collect(const Work& work) {
    try {
      work();
    } catch (const UserError& error) {
      list_.insert(list_.end(), error.mistakes().begin(), error.mistakes().end());
    }
  }

 private:
  std::vector<Mistake> list_;
};

}  // namespace saccade
