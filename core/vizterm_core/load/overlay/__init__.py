"""What an overlay is made of: pictures and the feature maps that lie on them."""
