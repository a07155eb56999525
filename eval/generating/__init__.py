"""Cases made from an archive by the form of its sentences alone, without a language model."""
