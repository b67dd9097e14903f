"""Behind the claims about creators and followers: replies, formats, growth."""
