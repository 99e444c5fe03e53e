"""The demo park 澄湖循环产业园: a history told by the operations themselves, a pure function of its anchor day."""
