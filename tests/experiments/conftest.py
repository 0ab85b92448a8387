from tests.training import conftest

noise_corpus = conftest.noise_corpus
micro_config = conftest.micro_config
