/** Of the plan document, in its order. */
export const STAGES = [
  'Checkout Code',
  'Build Docker Images',
  'Push to ECR',
  'Register Task Definition',
  'Update ECS Service',
  'Wait for Deployment',
  'Health Check',
] as const;
