# Writes OUT, a source file with a digest of the files that LIST names, one a line. Run by cmake -P.
file(STRINGS ${LIST} files)
set(digests "")
foreach(path IN LISTS files)
  file(SHA256 ${path} digest)
  string(APPEND digests "${digest}\n")
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 12 digest)
file(WRITE ${OUT} "#include \"base/version.hpp\"\n
namespace saccade {\nconst char* const kModelDigest = \"${digest}\";\n}\n")
