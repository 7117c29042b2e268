"""The desk in linear text: the orders it understands and the sentences it answers with."""
