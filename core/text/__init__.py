"""Every sentence, label and number format, in Chinese and English."""
