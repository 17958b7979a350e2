"""The pack's commands for operators."""
